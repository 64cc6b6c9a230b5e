#pragma once

#include <filesystem>
#include <iosfwd>

#include "sim/run_file.hpp"

namespace sim {

struct ProfileCommand {
  std::filesystem::path file;  ///< a run file
  RunOptions options;
  std::filesystem::path output;  ///< a CSV file with the columns of sim/layer_profile.hpp
};

/// Measures the tensors of a run as the machine gets them: per layer, the density and clustering of its pruned weights,
/// the density of its inputs, their spread over channels and how far they are correlated (see
/// workloads/tensor_statistics.hpp). Writes them as a profile, from which a run file makes synthetic stand-ins, and
/// prints them.
/// @throws pruning::InputError
void profile(const ProfileCommand& command, std::ostream& out);

}  // namespace sim
