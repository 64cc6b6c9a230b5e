#pragma once

#include <filesystem>
#include <iosfwd>
#include <vector>

#include "pruning/train/training.hpp"

namespace sim {

struct AccuracyOptions {
  std::filesystem::path weights;
  std::filesystem::path network;
  train::Lessons lessons;
  std::vector<int> bits;         ///< of a weight: 1 to 8 (shared values) or 16 (fixed point)
  std::filesystem::path output;  ///< CSV `bits,accuracy`, `float` for the weights as they are; empty: none
};

/// Prints the share of test images that a trained network classifies right, with its weights as they are and in few
/// bits.
/// @throws pruning::InputError
void measure_accuracy(const AccuracyOptions& options, std::ostream& out);

}  // namespace sim
