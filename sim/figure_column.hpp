#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sim {

/// One figure of many things, one a row: a column of layers.csv, results.h5 and the tables of sweeps.
struct FigureColumn {
  using Values = std::variant<std::vector<std::string>, std::vector<std::int64_t>,
                              std::vector<std::optional<std::int64_t>>, std::vector<std::optional<double>>>;
  std::string name;  ///< with the unit where it is not obvious, for example `energy_dram_pj`
  std::string unit;  ///< empty for names and shares
  std::string description;
  Values values;  ///< one per row; nothing: not checked or not defined
};

/// Rows of a table.
inline std::size_t rows_of(const std::vector<FigureColumn>& columns) {
  return columns.empty() ? 0 : std::visit([](const auto& values) { return values.size(); }, columns.front().values);
}

}  // namespace sim
