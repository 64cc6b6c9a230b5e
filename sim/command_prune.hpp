#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "pruning/grain.hpp"

namespace sim {

struct PruneOptions {
  std::filesystem::path weights;
  pruning::Granularity granularity = pruning::Granularity::vector;
  /// A number from 0 to 1; `conv1_1=0.58,default=0.3`; or the path of a CSV file `layer,density`. Layers that are
  /// not named, where there is no `default`, keep every grain. Not needed for granularity `none`.
  std::string density;
  std::vector<std::string> exempt;  ///< layers that stay as they are
  std::filesystem::path output;
  int weight_bits = 8;        ///< of a weight in the storage ratio
  int index_bits = 4;         ///< of a grain's index in the storage ratio
  int stream_index_bits = 4;  ///< of an index in the compressed streams
};

/// Prunes trained weights, writes them with their masks to `output` and prints what became of every layer.
/// Prints nothing before the file is complete.
/// @throws pruning::InputError
void prune(const PruneOptions& options, std::ostream& out);

}  // namespace sim
