#pragma once

#include <cstdint>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"

/// The judge: a slow and literal reading of the machine's description, written apart from the
/// simulator and sharing no code with it, only plain data.
namespace reference {

struct Outcome {
  std::int64_t cycles = 0;
  scnn::Counters counters;
  scnn::PeCycles pe_cycles;
  std::int64_t output_channels_per_group = 0;
  std::int64_t groups = 0;  ///< of output channels, in one pass
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
  std::int64_t weight_placeholders = 0;  ///< in the weight streams of one pass
  std::vector<std::int64_t> sums;        ///< (K, P, Q), before bias
  std::vector<std::int16_t> outputs;     ///< (K, P, Q)
  bool input_fits = false;               ///< the layer takes one pass, and its compressed input fits the IARAM
  bool output_fits = false;              ///< the layer takes one pass, and its compressed outputs fit the OARAM
  std::int64_t input_bytes = 0;          ///< read if the input comes from DRAM; counted here only if it does not fit
  std::int64_t output_bytes = 0;         ///< written if the output goes to DRAM; counted likewise
};

/// Section 10: bias, ReLU, 16-bit outputs, of the layer's sums (K, P, Q).
std::vector<std::int16_t> outputs_of(const scnn::LayerOperands& layer, const std::vector<std::int64_t>& sums);

/// Simulates one layer.
/// @throws std::domain_error if the layer is refused: its smallest passes need more accumulators than there are
/// @throws std::invalid_argument if the operands do not belong together
/// @throws std::logic_error if an invariant of the description does not hold
Outcome simulate(const scnn::LayerOperands& layer, const scnn::Parameters& machine);

}  // namespace reference
