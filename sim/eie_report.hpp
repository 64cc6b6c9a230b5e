#pragma once

#include <string>
#include <vector>

#include "sim/results.hpp"

namespace sim {

/// The machine, its time, and a warning for every layer that exceeds its SRAM, by how much.
std::string eie_heading(const Results& results, const MachineResults& machine);

/// Time against the theoretical one, and load balance.
std::string eie_cycles_table(const Results& results, const MachineResults& machine);
/// Entries processed, and what was read for them.
std::string eie_references_table(const MachineResults& machine);

}  // namespace sim
