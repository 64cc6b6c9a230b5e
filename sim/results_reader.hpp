#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace sim {

/// Hands the results.json of a run's directory to `take`.
/// @throws pruning::InputError if it is missing, of another schema or lacks what `take` asks it for
void read_results(const std::filesystem::path& directory,
                  const std::function<void(const nlohmann::ordered_json&)>& take);

/// The name of a run: that of its directory, without the way there.
std::string name_of_run(const std::filesystem::path& directory);

}  // namespace sim
