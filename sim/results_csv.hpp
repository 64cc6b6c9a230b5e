#pragma once

#include <string>

#include "sim/results.hpp"

namespace sim {

/// layers.csv: a header, then one row per layer (columns of layer_columns.hpp); an empty cell is a figure that
/// was not checked, is not defined or is not counted by the machine.
std::string results_csv(const Results& results);

}  // namespace sim
