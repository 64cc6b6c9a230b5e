#include "models/scnn/oracle.hpp"

#include <algorithm>

namespace scnn {

namespace {

using pruning::ConvolutionShape;
using pruning::Step;

/// Non-zero activations of one channel and phase in a window.
std::int64_t activations(const LayerOperands& operands, const Window& window, int channel, pruning::RowsColumns phase) {
  const ConvolutionShape& shape = operands.shape;
  const auto columns =
      pruning::pixels_of_phase(window.columns, shape.padding.columns, shape.stride.columns, phase.columns);
  std::int64_t count = 0;
  for (const Step& row : pruning::pixels_of_phase(window.rows, shape.padding.rows, shape.stride.rows, phase.rows)) {
    const std::int16_t* const line =
        operands.activations.data() + (std::ptrdiff_t{channel} * shape.H + row.at) * shape.W;
    count += std::count_if(columns.begin(), columns.end(), [&](const Step& column) { return line[column.at] != 0; });
  }
  return count;
}

/// Non-zero weights that meet one channel and phase.
std::int64_t weights(const LayerOperands& operands, int channel, pruning::RowsColumns phase) {
  const ConvolutionShape& shape = operands.shape;
  const auto rows = pruning::taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows);
  const auto columns = pruning::taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns);
  const int first_filter = channel / shape.channels_per_group() * shape.filters_per_group();
  std::int64_t count = 0;
  for (int k = first_filter; k < first_filter + shape.filters_per_group(); ++k) {
    const std::ptrdiff_t kernel = std::ptrdiff_t{k} * shape.channels_per_group() + channel % shape.channels_per_group();
    for (const Step& row : rows) {
      const std::int16_t* const line = operands.filters->weights.data() + (kernel * shape.R + row.at) * shape.S;
      count += std::count_if(columns.begin(), columns.end(), [&](const Step& column) { return line[column.at] != 0; });
    }
  }
  return count;
}

}  // namespace

OracleOutcome run_oracle(const LayerOperands& operands, const Parameters& parameters) {
  const ConvolutionShape& shape = operands.shape;
  OracleOutcome outcome{.mapping = map_layer(operands, parameters)};
  for (int c = 0; c < shape.C; ++c) {
    for (int row = 0; row < shape.stride.rows; ++row) {
      for (int column = 0; column < shape.stride.columns; ++column) {
        std::int64_t met = 0;
        for (const Pass& pass : outcome.mapping.passes) met += activations(operands, pass.input, c, {row, column});
        outcome.products += met * weights(operands, c, {row, column});
      }
    }
  }
  const std::int64_t multipliers = parameters.lanes() * parameters.pes();
  outcome.cycles = (outcome.products + multipliers - 1) / multipliers;
  return outcome;
}

}  // namespace scnn
