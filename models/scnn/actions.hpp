#pragma once

#include <vector>

#include "models/energy/energy.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// Actions of the SCNN components, for the energy table. Components: multipliers, crossbar, accumulators,
/// bypass_registers, weight_fifo, iaram, oaram, post_processing, halo, dram.
/// @param dense operand whose elements carry no index
std::vector<energy::ActionCount> actions_of(const Counters& counters, const Parameters& parameters,
                                            DenseOperand dense = DenseOperand::none);

}  // namespace scnn
