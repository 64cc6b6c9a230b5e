#pragma once

#include <vector>

#include "sim/figure_column.hpp"
#include "sim/results.hpp"

namespace sim {

/// The figures of a run's layers, one layer a row.
std::vector<FigureColumn> layer_columns(const Results& results);

}  // namespace sim
