#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "pruning/compressed_stream.hpp"
#include "pruning/convolution_shape.hpp"
#include "pruning/grain.hpp"

namespace pruning {

/// Half-open range of rows or columns.
struct Range {
  int begin = 0;
  int end = 0;

  bool operator==(const Range&) const = default;
  [[nodiscard]] int size() const { return end > begin ? end - begin : 0; }
  [[nodiscard]] bool empty() const { return end <= begin; }
  [[nodiscard]] bool contains(int i) const { return i >= begin && i < end; }
};

/// Rectangle of a plane.
struct Window {
  Range rows;
  Range columns;

  bool operator==(const Window&) const = default;
  [[nodiscard]] int size() const { return rows.size() * columns.size(); }
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] bool contains(int row, int column) const { return rows.contains(row) && columns.contains(column); }
};

/// With a stride above 1 an input pixel meets only the taps of its own stride phase: pixel (y, x) belongs
/// to phase ((y + padding) mod stride, (x + padding) mod stride), tap (r, s) to (dilation r mod stride,
/// dilation s mod stride). Within a phase, output = pixel step - tap step, with the steps below.
struct Step {
  int at = 0;    ///< row or column of the input, or tap of the filter
  int step = 0;  ///< (y + padding) / stride of a pixel, dilation r / stride of a tap
};

std::vector<Step> pixels_of_phase(Range pixels, int padding, int stride, int phase);
std::vector<Step> taps_of_phase(int taps, int dilation, int stride, int phase);

/// Rows and columns of one phase.
struct PhaseSteps {
  std::vector<Step> rows;
  std::vector<Step> columns;
};

/// Where the pixels or taps of a phase lie in a plane or kernel.
using Offsets = std::vector<std::ptrdiff_t>;

/// Encodes the activations of one input tile, channel by channel and phase by phase, in raster order over the tile's
/// pixels of that phase. `position` of an element counts those pixels.
class ActivationEncoder {
 public:
  ActivationEncoder(const ConvolutionShape& shape, const Window& tile, int index_bits,
                    Coding coding = Coding::compressed);

  /// @param plane the channel, H x W
  /// @return a stream that the next call overwrites
  const CompressedStream& encode(std::span<const std::int16_t> plane, RowsColumns phase);
  [[nodiscard]] const PhaseSteps& pixels(RowsColumns phase) const;

 private:
  ConvolutionShape shape_;
  int index_bits_;
  Coding coding_;
  std::vector<PhaseSteps> phases_;
  std::vector<Offsets> pixel_offsets_;  ///< in a plane, by phase
  std::vector<std::int16_t> region_;
  CompressedStream stream_;
};

/// Number of elements, placeholders included, of the streams of one input tile: of all channels and phases.
/// @param planes (channels, H, W)
/// @param enough elements: if there are more, how many more need not be found
std::int64_t compressed_activations(const ConvolutionShape& shape, std::span<const std::int16_t> planes,
                                    const Window& tile, int index_bits,
                                    std::int64_t enough = std::numeric_limits<std::int64_t>::max());

/// Encodes weights, input channel by input channel and phase by phase, ordered by filter, then row, then column over
/// the taps of the phase. `position` of an element counts those taps.
class WeightEncoder {
 public:
  WeightEncoder(const ConvolutionShape& shape, Granularity granularity, int index_bits,
                Coding coding = Coding::compressed);

  /// @param weights (K, C/G, R, S)
  /// @param kept whether the grain of a weight is kept; read for compressed coarse grains only
  /// @param channel input channel within the channel group
  /// @return a stream that the next call overwrites
  const CompressedStream& encode(std::span<const std::int16_t> weights, std::span<const std::uint8_t> kept,
                                 Range filters, int channel, RowsColumns phase);
  [[nodiscard]] const PhaseSteps& taps(RowsColumns phase) const;

 private:
  void read_grains(std::span<const std::uint8_t> kept, Range filters, int channel, RowsColumns phase);

  ConvolutionShape shape_;
  Granularity granularity_;
  int index_bits_;
  Coding coding_;
  std::vector<PhaseSteps> phases_;
  std::vector<Offsets> tap_offsets_;  ///< in a kernel, by phase
  std::vector<std::int16_t> region_;
  std::vector<std::int32_t> grain_;
  std::vector<std::uint8_t> kept_;
  CompressedStream stream_;
};

}  // namespace pruning
