#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pruning/convolution_shape.hpp"

namespace workloads {

/// A layer's input, padded with zeros and split into stride phases, such that the pixels which a filter tap meets
/// for neighbouring outputs are neighbours. All planes share one pitch, so the pixels for the next row of
/// outputs are one pitch further: a single loop can serve several rows if it may also compute the positions
/// between them. A pixel takes 32 bits, as the arithmetic wants it.
class PhasePlanes {
 public:
  /// @param activations (C, H, W)
  /// @param zeros_behind the last pixel, which a loop may read
  PhasePlanes(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> activations,
              std::size_t zeros_behind);

  [[nodiscard]] std::size_t pitch() const { return columns_.extent; }
  [[nodiscard]] const std::int32_t* pixels() const { return pixels_.data(); }
  /// The place of the pixel of channel `c` that tap (r, s) meets for output (0, 0).
  [[nodiscard]] std::size_t place(int c, int r, int s) const { return index(c, rows_.tap(r), columns_.tap(s)); }

 private:
  /// Rows or columns.
  struct Axis {
    struct Place {
      int plane = -1;  ///< -1: no tap meets it
      std::size_t at = 0;
    };

    Axis(int taps, int tap_step, int output_step, int zeros_before, int outputs);
    [[nodiscard]] Place tap(int index) const;
    [[nodiscard]] Place pixel(int index) const;

    int dilation;
    int stride;
    int padding;
    std::size_t extent;               ///< of one plane
    std::vector<int> plane_of_phase;  ///< -1: no tap has this phase
    std::size_t planes = 0;
  };

  [[nodiscard]] std::size_t index(int c, const Axis::Place& row, const Axis::Place& column) const {
    const std::size_t plane =
        (static_cast<std::size_t>(c) * rows_.planes + static_cast<std::size_t>(row.plane)) * columns_.planes +
        static_cast<std::size_t>(column.plane);
    return (plane * rows_.extent + row.at) * columns_.extent + column.at;
  }

  Axis rows_;
  Axis columns_;
  std::vector<std::int32_t> pixels_;
};

}  // namespace workloads
