#pragma once

#include <filesystem>
#include <iosfwd>

#include "sim/run_file.hpp"

namespace sim {

struct StorageCommand {
  std::filesystem::path file;  ///< a run file
  RunOptions options;
  std::filesystem::path output;  ///< a CSV file, one row per layer
};

/// Reckons what the pruning of a run file leaves of its layers, from shapes and densities alone: no tensor is read or
/// made, so that every weight of a kept grain counts as non-zero. Storage is that of pruning/storage.hpp;
/// `nonzero_macs` are the multiply-accumulates of two non-zero values that are expected at the stated density of
/// synthetic activations, and left out where activations come from a file. Writes the layers as CSV and prints them.
/// @throws pruning::InputError
void storage(const StorageCommand& command, std::ostream& out);

}  // namespace sim
