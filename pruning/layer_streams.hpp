#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pruning/compressed_stream.hpp"
#include "pruning/convolution_shape.hpp"
#include "pruning/grain.hpp"
#include "pruning/nonzero_streams.hpp"

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

/// Calls `visit(phase)` for each stride phase in order, row phase outermost.
template <class Visit>
void for_each_phase(const ConvolutionShape& shape, Visit visit) {
  for (int row = 0; row < shape.stride.rows; ++row) {
    for (int column = 0; column < shape.stride.columns; ++column) visit(RowsColumns{row, column});
  }
}

/// Rows and columns of one phase.
struct PhaseSteps {
  std::vector<Step> rows;
  std::vector<Step> columns;
};

/// Calls `visit(tile's number, row, column)` for the pixels of tiles in the order of their streams, phase by phase,
/// tile by tile, in raster order; before them `begin_stream()` for each phase and tile.
template <class BeginStream, class Visit>
void for_each_pixel(const ConvolutionShape& shape, std::span<const Window> tiles, BeginStream begin_stream,
                    Visit visit) {
  for_each_phase(shape, [&](RowsColumns phase) {
    for (std::size_t tile = 0; tile < tiles.size(); ++tile) {
      begin_stream();
      const auto columns =
          pixels_of_phase(tiles[tile].columns, shape.padding.columns, shape.stride.columns, phase.columns);
      for (const Step& row : pixels_of_phase(tiles[tile].rows, shape.padding.rows, shape.stride.rows, phase.rows)) {
        for (const Step& column : columns) visit(tile, row, column);
      }
    }
  });
}

/// Of a phase.
inline std::size_t number_of(const ConvolutionShape& shape, RowsColumns phase) {
  const int number = phase.rows * shape.stride.columns + phase.columns;
  return static_cast<std::size_t>(number);
}

/// Encodes the activations of input tiles, channel by channel. A channel has a stream for each phase and tile, numbered
/// phase by phase, then tile by tile, which goes in raster order over the tile's pixels of that phase. `position` of an
/// element counts those pixels; a pixel's number counts those of all streams.
class ActivationEncoder {
 public:
  ActivationEncoder(const ConvolutionShape& shape, std::span<const Window> tiles, int index_bits,
                    Coding coding = Coding::compressed);

  /// Of a channel.
  [[nodiscard]] std::size_t streams() const { return begins_.size() - 1; }
  /// Of all streams of a channel.
  [[nodiscard]] std::size_t pixels() const { return offsets_.size(); }
  /// Number of the first pixel of a stream.
  [[nodiscard]] std::uint32_t first_pixel(std::size_t stream) const { return begins_[stream]; }

  /// Calls `store(element)` for the elements of a stream. @param plane the channel, H x W
  template <class Store>
  void encode(std::span<const std::int16_t> plane, std::size_t stream, Store store) const {
    const auto offsets = std::span(offsets_).subspan(begins_[stream], size_of(stream));
    const auto value_at = [plane, offsets](std::size_t i) { return plane[offsets[i]]; };
    if (coding_ == Coding::dense) {
      for_each_value(offsets.size(), value_at, store);
    } else {
      for_each_element(offsets.size(), value_at, index_bits_, store);
    }
  }

  /// Stores all streams of a channel, if their elements are non-zero values alone, as they mostly are: much faster than
  /// element by element.
  /// @param values of the elements, with room for `pixels()` @param pixels their numbers, likewise
  /// @param ends by stream: how many of them are stored then
  /// @return false, with anything stored, if some need placeholders
  bool store(std::span<const std::int16_t> plane, std::int16_t* values, std::uint32_t* pixels, std::uint32_t* ends);

 private:
  [[nodiscard]] std::size_t size_of(std::size_t stream) const { return begins_[stream + 1] - begins_[stream]; }

  int index_bits_;
  Coding coding_;
  std::vector<std::uint32_t> begins_;   ///< by stream: its first pixel, and the end
  std::vector<std::uint32_t> offsets_;  ///< in a plane, by pixel
};

/// Sizes of the compressed activation streams of tiles, found without making the streams.
class ActivationSizes {
 public:
  /// @param planes (channels, H, W), which must stay
  ActivationSizes(const ConvolutionShape& shape, std::span<const std::int16_t> planes, int index_bits);

  /// Number of elements, placeholders included, of the streams of a tile: of all channels and phases.
  [[nodiscard]] std::int64_t elements(const Window& tile) const;
  /// Whether they are no more than that.
  [[nodiscard]] bool at_most(const Window& tile, std::int64_t elements) const;

 private:
  [[nodiscard]] std::int64_t channels() const;
  [[nodiscard]] std::int64_t nonzeros(const Window& tile) const;

  ConvolutionShape shape_;
  std::span<const std::int16_t> planes_;
  int index_bits_;
  std::vector<std::int32_t> nonzeros_;  ///< by pixel, of all channels
};

/// Encodes the weights of a range of filters, input channel by input channel and phase by phase, ordered by filter,
/// then row, then column over the taps of the phase. `position` of an element counts those taps.
class WeightEncoder {
 public:
  /// @param most_filters in a range
  WeightEncoder(const ConvolutionShape& shape, int most_filters, Granularity granularity, int index_bits,
                Coding coding = Coding::compressed);

  /// Calls `store(element)` for the elements of a stream.
  /// @param weights (K, C/G, R, S)
  /// @param kept whether the grain of a weight is kept; read for compressed coarse grains only
  /// @param channel input channel within the channel group
  template <class Store>
  void encode(std::span<const std::int16_t> weights, std::span<const std::uint8_t> kept, Range filters, int channel,
              RowsColumns phase, Store store) const {
    const Taps& taps = taps_[number_of(shape_, phase)];
    const std::size_t size = size_of(filters, phase);
    const std::size_t first = first_of(filters, channel);
    const auto value_at = [&taps, weights, first](std::size_t i) { return weights[first + taps.offsets[i]]; };
    if (coding_ == Coding::dense) {
      for_each_value(size, value_at, store);
    } else if (is_coarse(granularity_)) {
      const auto grain_at = [&taps](std::size_t i) { return taps.grains[i]; };
      const auto kept_at = [&taps, kept, first](std::size_t i) { return kept[first + taps.offsets[i]] != 0; };
      for_each_element_of_grains(size, value_at, grain_at, kept_at, index_bits_, store);
    } else {
      for_each_element(size, value_at, index_bits_, store);
    }
  }

  /// The streams of a range of filters and a phase, by channel. @param numbers by position
  /// @return nothing unless streams hold single non-zero values
  [[nodiscard]] std::optional<NonzeroStreams> nonzeros(std::span<const std::int16_t> weights, Range filters,
                                                       RowsColumns phase,
                                                       std::span<const std::uint32_t> numbers) const {
    if (coding_ == Coding::dense || is_coarse(granularity_)) return std::nullopt;
    return NonzeroStreams(weights.data() + first_of(filters, 0), static_cast<std::size_t>(shape_.R * shape_.S),
                          static_cast<std::size_t>(shape_.channels_per_group()),
                          std::span(taps_[number_of(shape_, phase)].offsets).first(size_of(filters, phase)), numbers,
                          index_bits_);
  }

  [[nodiscard]] const PhaseSteps& taps(RowsColumns phase) const { return phases_[number_of(shape_, phase)]; }
  /// Positions of a stream.
  [[nodiscard]] std::size_t size_of(Range filters, RowsColumns phase) const {
    const PhaseSteps& steps = phases_[number_of(shape_, phase)];
    return static_cast<std::size_t>(filters.size()) * steps.rows.size() * steps.columns.size();
  }

 private:
  /// Of the filters of a range.
  struct Taps {
    std::vector<std::size_t> offsets;  ///< from the first of the channel in the range
    std::vector<int> grains;           ///< number within the stream
  };

  /// Where the weights of a channel begin in those of a range.
  [[nodiscard]] std::size_t first_of(Range filters, int channel) const {
    return (static_cast<std::size_t>(filters.begin) * static_cast<std::size_t>(shape_.channels_per_group()) +
            static_cast<std::size_t>(channel)) *
           static_cast<std::size_t>(shape_.R * shape_.S);
  }

  ConvolutionShape shape_;
  Granularity granularity_;
  int index_bits_;
  Coding coding_;
  std::vector<PhaseSteps> phases_;
  std::vector<Taps> taps_;  ///< by phase
};

}  // namespace pruning
