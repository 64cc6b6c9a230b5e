#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Of a phase.
inline std::size_t number_of(const ConvolutionShape& shape, RowsColumns phase) {
  const int number = phase.rows * shape.stride.columns + phase.columns;
  return static_cast<std::size_t>(number);
}

/// Encodes the activations of one input tile, channel by channel and phase by phase, in raster order over the tile's
/// pixels of that phase. `position` of an element counts those pixels.
class ActivationEncoder {
 public:
  ActivationEncoder(const ConvolutionShape& shape, const Window& tile, int index_bits,
                    Coding coding = Coding::compressed);

  /// Calls `store(element)` for the elements of a stream. @param plane the channel, H x W
  template <class Store>
  void encode(std::span<const std::int16_t> plane, RowsColumns phase, Store store) const {
    const std::vector<std::uint32_t>& offsets = offsets_[number_of(shape_, phase)];
    const auto value_at = [plane, &offsets](std::size_t i) { return plane[offsets[i]]; };
    if (coding_ == Coding::dense) {
      for_each_value(offsets.size(), value_at, store);
    } else {
      for_each_element(offsets.size(), value_at, index_bits_, store);
    }
  }

  /// The same much faster, if the elements are non-zero values alone; see `store_without_placeholders`.
  std::optional<std::size_t> store(std::span<const std::int16_t> plane, RowsColumns phase, std::int16_t* values,
                                   std::uint32_t* positions) const {
    if (coding_ == Coding::dense) return std::nullopt;
    const std::vector<std::uint32_t>& offsets = offsets_[number_of(shape_, phase)];
    const auto value_at = [pixels = plane.data(), first = offsets.data()](std::size_t i) { return pixels[first[i]]; };
    return store_without_placeholders(offsets.size(), value_at, index_bits_, values, positions);
  }

  [[nodiscard]] const PhaseSteps& pixels(RowsColumns phase) const { return phases_[number_of(shape_, phase)]; }

 private:
  ConvolutionShape shape_;
  int index_bits_;
  Coding coding_;
  std::vector<PhaseSteps> phases_;
  std::vector<std::vector<std::uint32_t>> offsets_;  ///< of pixels in a plane, by phase
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

  /// The same much faster, if the elements are single non-zero values alone; see `store_without_placeholders`.
  std::optional<std::size_t> store(std::span<const std::int16_t> weights, Range filters, int channel, RowsColumns phase,
                                   std::int16_t* values, std::uint32_t* positions) const {
    if (coding_ == Coding::dense || is_coarse(granularity_)) return std::nullopt;
    const auto value_at = [offsets = taps_[number_of(shape_, phase)].offsets.data(),
                           first = weights.data() + first_of(filters, channel)](std::size_t i) {
      return first[offsets[i]];
    };
    return store_without_placeholders(size_of(filters, phase), value_at, index_bits_, values, positions);
  }

  [[nodiscard]] const PhaseSteps& taps(RowsColumns phase) const { return phases_[number_of(shape_, phase)]; }

 private:
  /// Of the filters of a range.
  struct Taps {
    std::vector<std::size_t> offsets;  ///< from the first of the channel in the range
    std::vector<int> grains;           ///< number within the stream
  };

  [[nodiscard]] std::size_t size_of(Range filters, RowsColumns phase) const {
    const PhaseSteps& steps = phases_[number_of(shape_, phase)];
    return static_cast<std::size_t>(filters.size()) * steps.rows.size() * steps.columns.size();
  }
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
