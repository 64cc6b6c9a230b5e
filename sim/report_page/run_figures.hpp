#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sim::report_page {

template <class T>
using Named = std::vector<std::pair<std::string, T>>;

/// The value of that name; 0 if there is none.
template <class T>
double value_of(const Named<T>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& entry) { return entry.first == name; });
  return found == all.end() ? 0 : static_cast<double>(found->second);
}

/// What results.json says of one layer, or of all together. Machines count different things, each in its own order.
struct LayerFigures {
  std::string name;
  std::int64_t cycles = 0;
  double microseconds = 0;
  double utilisation = 0;
  std::int64_t dense_macs = 0;
  double weight_density = 0;
  double activation_density = 0;
  std::string mapping;  ///< Kc, groups and temporal tiles; empty for a total and for machines without
  Named<std::int64_t> counters;
  Named<std::int64_t> pe_cycles;
  Named<double> energy;  ///< by component; empty if the machine has none
  std::optional<double> energy_total;
  double storage_ratio = 0;
  std::int64_t weight_bits = 0;
  std::int64_t index_bits = 0;
  std::int64_t dense_bits = 0;
  std::int64_t placeholders = 0;
  std::int64_t nonzero_weights = 0;
  std::optional<bool> bit_exact;
  std::optional<double> snr_db;

  /// Nothing if the machine does not count it.
  [[nodiscard]] std::optional<std::int64_t> counter(const std::string& counter_name) const;
  /// Cycles of all PEs.
  [[nodiscard]] double all_pe_cycles() const;
  /// Read and written.
  [[nodiscard]] double dram_bytes() const;
};

/// One machine of a run, or a network whose layers are on several machines.
struct RunFigures {
  std::string name;  ///< of the directory, with the machine's if there are several; unique on the page
  std::string machine;
  std::string network;
  std::int64_t images = 0;
  std::optional<std::int64_t> images_correct;
  std::string granularity;
  std::string bypass;               ///< registers per bank, and whether products are merged
  std::optional<double> clock_ghz;  ///< nothing if there are several, so that total cycles mean nothing
  std::string energy_unit;
  Named<std::string> provenance;  ///< program, command, seeds, inputs, energy table
  Named<std::string> pruning;
  Named<std::string> accelerator;
  std::vector<LayerFigures> layers;
  LayerFigures total;
  std::vector<RunFigures> parts;  ///< the machines of a network, each with its layers; otherwise empty
};

/// Reads results.json of a run's directory: machine by machine, but a network whose layers are on several machines as
/// one. @throws pruning::InputError
std::vector<RunFigures> read_run(const std::filesystem::path& directory);

}  // namespace sim::report_page
