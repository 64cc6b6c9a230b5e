#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <vector>

#include "pruning/grain.hpp"
#include "pruning/weights_file.hpp"
#include "sim/pruning_choice.hpp"

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

/// Which layers to prune and how far. @throws pruning::InputError for a layer that the file does not hold
PruningChoice pruning_choice(const PruneOptions& options, const pruning::WeightsFile& weights);

/// @throws pruning::InputError if the output is the weights file itself
void check_output(const PruneOptions& options);

/// Prunes trained weights, writes them with their masks to `output` and prints what became of every layer.
/// Prints nothing before the file is complete.
/// @throws pruning::InputError
void prune(const PruneOptions& options, std::ostream& out);

}  // namespace sim
