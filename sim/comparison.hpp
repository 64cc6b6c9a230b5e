#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace sim {

/// What `compare` needs of an earlier run.
struct LoadedRun {
  std::string name;  ///< of its directory
  std::string network;
  std::string granularity;
  double weight_density = 0;  ///< achieved
  std::int64_t bypass_registers = 0;
  bool merge = false;
  std::int64_t row_references = 0;
  std::int64_t products_accumulated = 0;
  std::int64_t accumulator_references = 0;
  std::int64_t cycles = 0;
  double energy = 0;        ///< in `energy_unit`
  std::string energy_unit;  ///< pJ or MAC
  double storage_ratio = 0;
  std::int64_t images = 0;
  std::optional<std::int64_t> correct;  ///< images classified correctly, where labels are known
};

/// Reads results.json of a run's directory. @throws pruning::InputError if it is missing or of another schema
LoadedRun load_run(const std::filesystem::path& directory);

/// One row per run, then the figures relative to the first run with `fine` pruning, or to the first run.
/// @throws pruning::InputError if the runs' energies are in different units
std::string compare(const std::vector<LoadedRun>& runs);

}  // namespace sim
