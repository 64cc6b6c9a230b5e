#pragma once

#include <cstdint>
#include <vector>

#include "models/dense/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"

/// A slow and literal reading of the dense machines: every issue of every PE, lane by lane.
namespace reference {

struct DenseOutcome {
  std::int64_t cycles = 0;
  dense::Counters counters;
  dense::PeCycles pe_cycles;
  std::int64_t output_channels_per_group = 0;
  std::int64_t groups = 0;  ///< of output channels, in one pass
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
  bool input_fits = false;  ///< in one pass
  bool output_fits = false;
  std::int64_t input_bytes = 0;  ///< read if the input comes from DRAM; counted here only if it does not fit
  std::int64_t output_bytes = 0;
  std::vector<std::int64_t> sums;     ///< (K, P, Q), before bias
  std::vector<std::int16_t> outputs;  ///< (K, P, Q)
};

/// @param optimised DCNN-opt
DenseOutcome simulate_dense(const scnn::LayerOperands& layer, const scnn::Parameters& machine, bool optimised,
                            std::int64_t sram_bytes);

}  // namespace reference
