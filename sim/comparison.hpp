#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/machine_comparison.hpp"

namespace sim {

/// What `compare` needs of one machine of an earlier run, or of a whole network on two machines: then references are
/// those of the first. Absent figures are those that the machine does not count.
struct LoadedRun {
  std::string name;  ///< of its directory, with the machine's if several ran the same layers
  std::string network;
  std::string granularity;
  double weight_density = 0;  ///< achieved
  std::int64_t bypass_registers = 0;
  bool merge = false;
  std::optional<std::int64_t> row_references;
  std::optional<std::int64_t> products_accumulated;
  std::optional<std::int64_t> accumulator_references;
  MachineCost cost;  ///< energies in `energy_unit`
  /// Of its cycles; nothing if they are of two machines.
  std::optional<double> clock_ghz;
  std::string energy_unit;  ///< pJ or MAC
  double storage_ratio = 0;
  std::int64_t images = 0;
  std::optional<std::int64_t> correct;  ///< images classified correctly, where labels are known
};

/// Reads results.json of a run's directory: machine by machine, or as one if each layer ran on the machine of its type.
/// @throws pruning::InputError if it is missing or of another schema
std::vector<LoadedRun> load_runs(const std::filesystem::path& directory);

/// What decides which of several runs the others are compared with.
struct RunKind {
  std::string_view machine;
  std::string_view granularity;
};

/// The first run of DCNN, or with `fine` pruning, or the first. @param runs at least one
std::size_t reference_among(const std::vector<RunKind>& runs);

/// One row per run, then the figures relative to the reference among them, with times in place of cycles if the clocks
/// differ; with several machines also speed-up and energy layer by layer.
/// @throws pruning::InputError if the runs' energies are in different units
std::string compare(const std::vector<LoadedRun>& runs);

}  // namespace sim
