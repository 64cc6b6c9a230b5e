#pragma once

#include <filesystem>
#include <iosfwd>

#include "pruning/grain.hpp"
#include "pruning/train/training.hpp"

namespace sim {

struct SensitivityOptions {
  std::filesystem::path weights;
  std::filesystem::path network;
  train::Lessons lessons;
  pruning::Granularity granularity = pruning::Granularity::vector;
  double loss = 0.01;            ///< of accuracy that pruning one layer may cost, a share
  std::filesystem::path output;  ///< CSV `layer,density`, from which `prune --density` reads
};

/// Prunes each layer alone, without retraining, and writes how far it can be.
/// @throws pruning::InputError
void scan_sensitivity(const SensitivityOptions& options, std::ostream& out);

}  // namespace sim
