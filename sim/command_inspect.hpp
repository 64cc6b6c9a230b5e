#pragma once

#include <filesystem>
#include <iosfwd>

namespace sim {

/// Prints what an HDF5 file holds: trained weights of any known layout, activations or results of a run.
/// @throws pruning::InputError if it is none of them or damaged
void inspect(const std::filesystem::path& file, std::ostream& out);

}  // namespace sim
