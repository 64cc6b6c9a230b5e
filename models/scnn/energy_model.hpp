#pragma once

#include <vector>

#include "models/energy/technology.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// Energy of every action, derived for the sizes of an accelerator. Components are made of the memories, queues, adders
/// and multipliers that `Parameters` describes; the parts that SCNN's paper leaves open are as simple as they can be:
/// every memory has one port and every queue is a memory.
/// @throws std::out_of_range if the technology lacks the scaling of a point
std::vector<energy::TableEntry> derived_entries(const Parameters& parameters, const energy::Technology& technology);

/// Areas of one PE.
std::vector<energy::ComponentArea> derived_areas(const Parameters& parameters, const energy::Technology& technology);

}  // namespace scnn
