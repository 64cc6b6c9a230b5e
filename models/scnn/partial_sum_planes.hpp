#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/scnn/accumulate_kernel.hpp"
#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// Activations and partial sums of one PE as dense planes, for `accumulate`. Planes of partial sums are as large as
/// all that the PE's activations reach, also outside the output plane.
class PartialSumPlanes {
 public:
  /// @param pixels the smallest window around those of the PE
  void begin_pass(const CompressedPass& pass, std::size_t pe, const Window& pixels);

  void clear() { std::fill(sums_.begin(), sums_.end(), 0); }
  /// Adds the products of successive segments, each shifted right by `shift` and rounded half up.
  void add(std::int64_t first_segment, std::int64_t segments, int shift);
  /// @param sums by address as in the accumulators, from the first on
  void read(std::span<std::int64_t> sums) const;

 private:
  /// The part of a stream's plane from its first to its last activation.
  struct Stream {
    std::uint32_t pixels = 0;  ///< where they begin in `pixels_`
    std::uint32_t count = 0;
    std::uint32_t position = 0;  ///< in the plane
  };

  const CompressedPass* pass_ = nullptr;
  std::vector<Stream> streams_;
  std::vector<std::int32_t> pixels_;
  std::size_t plane_size_ = 0;  ///< of one output channel, with padding
  std::vector<std::int32_t> tap_distance_;
  std::vector<std::size_t> output_positions_;  ///< of the accumulator tile's outputs in a plane, in raster order
  std::vector<std::int32_t> sums_;             ///< [filter][plane]
  std::vector<AccumulateBlock> blocks_;        ///< of the segments at work
};

}  // namespace scnn
