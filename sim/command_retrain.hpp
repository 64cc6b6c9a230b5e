#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>

#include "pruning/train/training.hpp"
#include "sim/command_prune.hpp"

namespace sim {

/// Pruning and retraining in turns, after Han et al. (2015) and Mao et al. (2017).
struct RetrainOptions {
  PruneOptions prune;             ///< densities are those of the last step
  std::filesystem::path network;  ///< network file
  train::Lessons lessons;
  std::int64_t steps = 5;   ///< densities fall to the last by the same factor in each
  std::int64_t epochs = 2;  ///< in each step
  double learning_rate = 1e-3;
  double least_accuracy = 0;   ///< a share; the first step that ends below is the last, and does not count
  std::filesystem::path log;   ///< CSV, a row for every step; empty: none
  std::filesystem::path keep;  ///< directory for the weights after each step, `1.h5`, `2.h5`, ...; empty: none
};

/// Prunes with retraining, writes the weights of the last step that counts with their masks as a PyTorch state_dict,
/// and prints density and accuracy of every step. Goes on like `train_network`.
/// @throws pruning::InputError
void retrain(const RetrainOptions& options, std::ostream& out);

}  // namespace sim
