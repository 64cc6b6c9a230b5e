#pragma once

#include <string>

#include "sim/results.hpp"

namespace sim {

/// Energy of a machine, action by action: counts times energies, and below the table where each energy comes from.
/// @param total of the machine
std::string energy_by_action(const Results& results, const LayerResult& total);

/// Area of a machine's PE by component, and of the array; empty if the energy table has no areas.
std::string area_table(const Results& results, Machine machine);

}  // namespace sim
