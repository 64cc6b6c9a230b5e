#pragma once

#include <vector>

#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/energy/energy.hpp"

namespace eie {

/// What the counters say every component did, for the energy table: the modules of a PE as the paper lists them, the
/// nodes of the leading-non-zero detection, and DRAM. The weights are in SRAM before a layer begins and cost no DRAM.
std::vector<energy::ActionCount> actions_of(const Counters& counters, const Parameters& parameters);

}  // namespace eie
