#include "pruning/storage.hpp"

#include <algorithm>

namespace pruning {
namespace {

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

StorageSize storage_size(std::int64_t weights, std::int64_t kept_grains, std::int64_t grain_size, int weight_bits,
                         int index_bits) {
  StorageSize size;
  size.weights = weights;
  size.kept_grains = kept_grains;
  size.kept_weights = kept_grains * grain_size;
  size.weight_bits = size.kept_weights * weight_bits;
  size.index_bits = kept_grains * index_bits;
  size.dense_bits = weights * weight_bits;
  return size;
}

}  // namespace

double StorageSize::ratio() const {
  return share_of(weight_bits + index_bits, dense_bits);
}

StorageSize& StorageSize::operator+=(const StorageSize& other) {
  weights += other.weights;
  kept_weights += other.kept_weights;
  kept_grains += other.kept_grains;
  weight_bits += other.weight_bits;
  index_bits += other.index_bits;
  dense_bits += other.dense_bits;
  return *this;
}

StorageSize storage_of(const Mask& mask, const Tensor<float>& pruned, int weight_bits, int index_bits) {
  const std::int64_t kept = mask.granularity == Granularity::none ? nonzero_count(pruned) : mask.kept();
  return storage_size(pruned.size(), kept, mask.grain_size, weight_bits, index_bits);
}

StorageSize storage_of(const Shape& filters, Granularity granularity, double density, int weight_bits, int index_bits) {
  const std::int64_t weights = element_count(filters);
  const std::int64_t grain = grain_size(granularity, filters);
  return storage_size(weights, kept_count(granularity, weights / grain, density), grain, weight_bits, index_bits);
}

double RowOccupancy::share() const {
  return share_of(non_empty, rows);
}

RowOccupancy& RowOccupancy::operator+=(const RowOccupancy& other) {
  rows += other.rows;
  non_empty += other.non_empty;
  return *this;
}

RowOccupancy row_occupancy(const Tensor<float>& filters) {
  const std::ptrdiff_t length = filters.shape.size() == 4 ? filters.shape[3] : 1;
  RowOccupancy occupancy;
  for (auto row = filters.values.begin(); row != filters.values.end(); row += length) {
    ++occupancy.rows;
    if (std::any_of(row, row + length, [](float weight) { return weight != 0.0F; })) ++occupancy.non_empty;
  }
  return occupancy;
}

std::int64_t nonzero_count(const Tensor<float>& values) {
  return std::count_if(values.values.begin(), values.values.end(), [](float value) { return value != 0.0F; });
}

}  // namespace pruning
