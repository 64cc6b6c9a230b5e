#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pruning/input_error.hpp"

namespace sim {

struct ProfileRow {
  std::string layer;  ///< or `default`
  double density = 1;
  pruning::Location location;
};

/// Reads a density per layer from a CSV file with the header `layer,density`. Lines that begin with # are comments.
/// @throws pruning::InputError with file and line
std::vector<ProfileRow> read_density_profile(const std::filesystem::path& file);

}  // namespace sim
