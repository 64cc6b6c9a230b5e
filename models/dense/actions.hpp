#pragma once

#include <vector>

#include "models/dense/counters.hpp"
#include "models/energy/energy.hpp"
#include "models/scnn/parameters.hpp"

namespace dense {

/// Actions of the dense machines' components, for the energy table. Components: multipliers, adder_tree,
/// accumulation_buffer, weight_buffer, activation_sram, post_processing, halo, dram.
std::vector<energy::ActionCount> actions_of(const Counters& counters, const scnn::Parameters& parameters);

}  // namespace dense
