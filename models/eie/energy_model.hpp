#pragma once

#include <vector>

#include "models/eie/parameters.hpp"
#include "models/energy/technology.hpp"

namespace eie {

/// Energy of every action, from the power per module that Han et al. (ISCA 2016, table 2) give for 45 nm and 800 MHz:
/// divided by the clock it is the energy of a cycle of one PE, and divided by how often the module acts in such a cycle
/// that of one action. They do not say under which load; here it is that of Alex-7 (4096 x 4096, 9% of the weights and
/// 35.3% of the inputs), where one action of the published size costs what the tables' formulas say. Other widths cost
/// in proportion, but those of the sparse-matrix SRAM, whose energy grows more slowly.
/// @throws std::out_of_range if the technology has no scaling from 45 nm
std::vector<energy::TableEntry> derived_entries(const Parameters& parameters, const energy::Technology& technology);

/// Area of every module of a PE, from the same table. The SRAMs are of the published size; the activation queue grows
/// with its length.
/// @throws std::out_of_range likewise
std::vector<energy::ComponentArea> derived_areas(const Parameters& parameters, const energy::Technology& technology);

}  // namespace eie
