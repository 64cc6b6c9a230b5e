#pragma once

#include <cstdint>

#include "pruning/grain.hpp"
#include "pruning/tensor.hpp"

namespace pruning {

/// Storage of pruned weights after Mao et al. (2017): every weight of a kept grain, and one index per kept grain.
/// Biases and placeholders do not count.
struct StorageSize {
  std::int64_t weights = 0;  ///< of the dense layer
  std::int64_t kept_weights = 0;
  std::int64_t kept_grains = 0;
  std::int64_t weight_bits = 0;  ///< of all kept weights
  std::int64_t index_bits = 0;   ///< of all indices
  std::int64_t dense_bits = 0;   ///< of all weights, without indices

  /// Share of the dense size; 0 without weights.
  [[nodiscard]] double ratio() const;
  StorageSize& operator+=(const StorageSize& other);
  bool operator==(const StorageSize&) const = default;
};

/// With granularity `none` every non-zero weight is a kept grain of its own.
/// @param pruned the weights after pruning
/// @param weight_bits, index_bits of one weight and one index
StorageSize storage_of(const Mask& mask, const Tensor<float>& pruned, int weight_bits = 8, int index_bits = 4);

/// The same of a layer whose weights are not at hand: all of those that pruning leaves count as non-zero.
/// @param filters (K, C/G, R, S) or (K, C)
/// @param density share of grains kept, 0 to 1; of no meaning with granularity `none`
StorageSize storage_of(const Shape& filters, Granularity granularity, double density, int weight_bits = 8,
                       int index_bits = 4);

/// Filter rows (k, c, r), and those that hold a non-zero weight. A fully connected weight is a row.
struct RowOccupancy {
  std::int64_t rows = 0;
  std::int64_t non_empty = 0;

  [[nodiscard]] double share() const;
  RowOccupancy& operator+=(const RowOccupancy& other);
  bool operator==(const RowOccupancy&) const = default;
};

/// @param filters (K, C/G, R, S) or (K, C)
RowOccupancy row_occupancy(const Tensor<float>& filters);

std::int64_t nonzero_count(const Tensor<float>& values);

}  // namespace pruning
