#pragma once

#include <cstdint>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/mapping.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// SCNN without any loss: every multiplier forms a product in every cycle (SCNN (oracle) of Parashar et al., ISCA
/// 2017). What it multiplies is what SCNN multiplies, products outside the output plane too.
struct OracleOutcome {
  Mapping mapping;
  std::int64_t products = 0;
  std::int64_t cycles = 0;  ///< products / (F I PEs), rounded up
};

/// @throws LayerDoesNotFit
OracleOutcome run_oracle(const LayerOperands& operands, const Parameters& parameters);

}  // namespace scnn
