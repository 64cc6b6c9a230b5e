#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sim {

/// Time and energy of one layer, or of all.
struct LayerCost {
  std::string layer;
  std::int64_t cycles = 0;
  double microseconds = 0;       ///< clocks differ
  std::optional<double> energy;  ///< nothing for a machine without a meaningful one
};

/// What one machine took for the layers of a network.
struct MachineCost {
  std::string name;     ///< heads its columns
  std::string machine;  ///< as in run files
  std::vector<LayerCost> layers;
  LayerCost total;
};

/// The machine that others are compared with: the first DCNN, or the first of all. @param machines at least one
const MachineCost& reference_of(const std::vector<MachineCost>& machines);

/// Two tables with a row for each layer of the reference, and the total of machines that ran the same layers: speed-up
/// over the reference, and its energy over theirs, so that more is better in both.
std::string machine_comparison(const std::vector<MachineCost>& machines);

}  // namespace sim
