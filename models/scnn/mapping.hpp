#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stdexcept>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "pruning/layer_streams.hpp"

namespace scnn {

using pruning::Range;
using pruning::Window;

/// What one PE holds of a pass (SCNN's planar tiling).
struct PeTile {
  Window input;        ///< activations it keeps
  Window accumulator;  ///< outputs that its activations reach: TH x TW partial sums per output channel
  Window owned;        ///< outputs that it finishes and writes
};

/// A part of the output plane that is computed at once, with the input rows and columns it needs.
struct Pass {
  Window outputs;
  Window input;
  std::vector<PeTile> tiles;  ///< PE by PE, row by row of the array

  /// Partial sums per output channel of the fullest PE.
  [[nodiscard]] int largest_accumulator_tile() const;
};

/// Output channels that are computed at once, and the input channels they meet.
struct OutputGroup {
  Range filters;   ///< k0 to k1
  Range channels;  ///< input channels
};

/// A layer's output plane cut into rows x columns passes, rows outer.
struct TemporalTiling {
  int temporal_rows = 1;
  int temporal_columns = 1;
  std::vector<Pass> passes;
};

/// How a layer is laid onto the machine, in space and time.
struct Mapping : TemporalTiling {
  int kc = 0;                       ///< output channels per group
  bool input_fits = true;           ///< every PE's compressed input fits the IARAM in every pass
  std::vector<OutputGroup> groups;  ///< of one pass

  /// One pass with its input in the IARAMs: a layer that can take its input from the chip.
  [[nodiscard]] bool input_can_stay_on_chip() const { return input_fits && passes.size() == 1; }
};

/// A layer whose partial sums do not fit the accumulators, that cannot be cut as it is to be, or is beyond numbering.
class LayerDoesNotFit : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Part `i` of `parts` nearly equal parts of a range.
Range part_of(Range whole, std::int64_t i, std::int64_t parts);

/// Input rows and columns that outputs need, all between them too; empty where all lies in the padding.
Window needed_input(const pruning::ConvolutionShape& shape, const Window& outputs);

/// Pass over the given outputs of a layer.
Pass map_pass(const pruning::ConvolutionShape& shape, const Window& outputs, const Parameters& parameters,
              bool whole_input_plane);

/// Cuts the output plane into so many rows and columns of passes. @throws LayerDoesNotFit if it has fewer
TemporalTiling tile(const pruning::ConvolutionShape& shape, const Parameters& parameters, pruning::RowsColumns tiles);

/// Doubles the rows and columns of a tiling in turn until all its passes fit or nothing can be doubled any more.
/// @param fit whether all passes do
TemporalTiling tile_until(const pruning::ConvolutionShape& shape, const Parameters& parameters,
                          const std::function<bool(const std::vector<Pass>&)>& fit);

/// Output channels that are computed at once, at least 1: as many as the group's bound, the channel group and the
/// accumulators allow. @param largest_tile partial sums of one channel in the fullest PE
int output_channels_per_group(const pruning::ConvolutionShape& shape, std::int64_t largest_tile,
                              const Parameters& parameters);

/// Whether every PE's IARAM holds its input of a pass, placeholders included.
bool input_fits(const LayerOperands& operands, const Pass& pass, const Parameters& parameters);

/// Cuts a layer into passes, until each fits unless the operands say how, and into groups of output channels.
/// @throws LayerDoesNotFit
Mapping map_layer(const LayerOperands& operands, const Parameters& parameters);

/// Stored outputs of a pass, placeholders included: one stream per PE and output channel over the outputs that the PE
/// owns, in raster order.
struct OaramUse {
  std::int64_t elements = 0;    ///< of all PEs
  std::int64_t fullest_pe = 0;  ///< of one PE
};

/// @param operands shape and coding @param outputs (K, P, Q)
OaramUse oaram_use(const LayerOperands& operands, std::span<const std::int16_t> outputs, const Pass& pass,
                   const Parameters& parameters);

}  // namespace scnn
