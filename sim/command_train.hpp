#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>

#include "pruning/train/training.hpp"

namespace sim {

struct TrainOptions {
  std::filesystem::path network;  ///< network file
  train::Lessons lessons;
  std::int64_t epochs = 10;
  double learning_rate = 2e-3;
  std::filesystem::path output;  ///< weights, as a PyTorch state_dict
  std::filesystem::path images;  ///< activations file for some test images; empty: none
};

/// Trains a network on drawn images and writes its weights. An interrupted training goes on when it is called again;
/// until the end its state is in `<output>.checkpoint`.
/// @throws pruning::InputError
void train_network(const TrainOptions& options, std::ostream& out);

}  // namespace sim
