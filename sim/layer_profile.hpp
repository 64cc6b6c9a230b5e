#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/input_error.hpp"

namespace sim {

/// Columns of a profile, a CSV file with a number or several for every layer of a network. `layer` is the first; which
/// others a file has is up to it. A file of one kind of density calls it just `density`.
namespace profile_columns {
inline constexpr std::string_view layer = "layer";
inline constexpr std::string_view density = "density";
inline constexpr std::string_view weight_density = "weight_density";
inline constexpr std::string_view row_occupancy = "row_occupancy";
inline constexpr std::string_view kernel_scale_sigma = "kernel_scale_sigma";
inline constexpr std::string_view activation_density = "activation_density";
inline constexpr std::string_view channel_spread = "channel_spread";
inline constexpr std::string_view correlation_length = "correlation_length";
}  // namespace profile_columns

struct ProfileRow {
  std::string layer;  ///< or `default`
  double value = 1;
  pruning::Location location;
};

/// One number per layer of a profile. Lines that begin with # are comments.
/// @param column that holds the number; for a column of densities, `density` will do as well
/// @param least, most allowed of the number
/// @throws pruning::InputError with file and line
std::vector<ProfileRow> read_layer_profile(const std::filesystem::path& file, std::string_view column, double least,
                                           double most);

}  // namespace sim
