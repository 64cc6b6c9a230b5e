#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/results.hpp"

namespace sim {

/// One figure of every layer: the columns of layers.csv and of results.h5.
struct LayerColumn {
  using Values = std::variant<std::vector<std::string>, std::vector<std::int64_t>,
                              std::vector<std::optional<std::int64_t>>, std::vector<std::optional<double>>>;
  std::string name;  ///< with the unit where it is not obvious, for example `energy_dram_pj`
  std::string unit;  ///< empty for names and shares
  std::string description;
  Values values;  ///< one per layer; nothing: not checked, not defined, or not counted by the machine
};

std::vector<LayerColumn> layer_columns(const Results& results);

}  // namespace sim
