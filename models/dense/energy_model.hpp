#pragma once

#include <vector>

#include "models/energy/technology.hpp"
#include "models/scnn/parameters.hpp"

namespace dense {

/// Energy of every action of a dense machine, derived for the sizes of an accelerator. A PE has its share of the
/// activation SRAM as two memories, for inputs and for outputs, SCNN's number of partial sums in one memory a set, and
/// a weight buffer as large as SCNN's weight FIFO, without indices.
/// @throws std::out_of_range if the technology lacks the scaling of a point
std::vector<energy::TableEntry> derived_entries(const scnn::Parameters& parameters,
                                                const energy::Technology& technology);

/// Areas of one PE.
std::vector<energy::ComponentArea> derived_areas(const scnn::Parameters& parameters,
                                                 const energy::Technology& technology);

}  // namespace dense
