#pragma once

#include <string>
#include <vector>

#include "sim/results.hpp"
#include "sim/text_table.hpp"

namespace sim {

/// A titled table with a row per layer and, after a rule, one for the total.
/// @param cells_of the cells of a layer without its name
template <class CellsOf>
std::string layer_table(const std::string& title, const std::vector<std::string>& columns,
                        const MachineResults& results, const CellsOf& cells_of) {
  std::vector<Column> titles{{"layer", Align::left}};
  for (const std::string& column : columns) titles.push_back({column, Align::right});
  TextTable table(titles);
  const auto add = [&](const LayerResult& layer) {
    std::vector<std::string> cells = cells_of(layer);
    cells.insert(cells.begin(), layer.name);
    table.add_row(std::move(cells));
  };
  for (const LayerResult& layer : results.layers) add(layer);
  table.add_rule();
  add(results.total);
  return title + "\n\n" + table.str();
}

}  // namespace sim
