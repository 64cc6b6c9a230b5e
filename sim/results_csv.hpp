#pragma once

#include <string>
#include <vector>

#include "sim/figure_column.hpp"
#include "sim/results.hpp"

namespace sim {

/// layers.csv: a header, then one row per layer (columns of layer_columns.hpp); an empty cell is a figure that
/// was not checked, is not defined or is not counted by the machine.
std::string results_csv(const Results& results);

/// A table of that form: a header of names, then the rows.
std::string csv_table(const std::vector<FigureColumn>& columns);

}  // namespace sim
