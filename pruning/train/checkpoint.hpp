#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "pruning/train/training.hpp"

namespace train {

/// Keeps a course in HDF5, so that a plan which was interrupted goes on as if it had not been.
/// @param plan all that the course depends on, as text: a course is only taken up under the same
void save_course(const std::filesystem::path& file, const std::string& plan, const Course& course);

/// @return nothing if there is no such file
/// @throws pruning::InputError if it is of another plan, or damaged
std::optional<Course> load_course(const std::filesystem::path& file, const std::string& plan);

}  // namespace train
