#pragma once

#include <cstdint>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "tests/reference/reference_mapping.hpp"

/// Sections 4 and 7 of the machine's description: the array of PEs over the groups of one pass.
namespace reference {

struct PassOutcome {
  std::int64_t cycles = 0;
  std::int64_t weight_bits = 0;
  std::int64_t weight_placeholders = 0;
};

/// Simulates pass `pass` of a layer; adds to the counters (all but row references, OARAM and
/// DRAM), to the PE-cycles, and to the sums (K, P, Q).
PassOutcome simulate_pass(const scnn::LayerOperands& layer, const scnn::Parameters& machine, const Mapping& mapping,
                          const Pass& pass, scnn::Counters& counters, scnn::PeCycles& classes,
                          std::vector<std::int64_t>& sums);

}  // namespace reference
