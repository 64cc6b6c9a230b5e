#include "pruning/storage.hpp"

#include <gtest/gtest.h>

namespace {

using pruning::Granularity;
using pruning::Mask;
using pruning::Tensor;

/// 10 of 100 grains of 9 weights in rows of 3.
Mask tenth(Granularity granularity, std::int64_t grain_size) {
  Mask mask{granularity, grain_size, std::vector<std::uint8_t>(100, 0)};
  for (std::size_t i = 0; i < 100; i += 10) mask.kept_grains[i] = 1;
  return mask;
}

// Does the ratio follow kept weights (8 + 4 / grain) / (8 weights) for every grain?
TEST(Storage, FollowsTheFormula) {
  const Tensor<float> fine({10, 10});
  EXPECT_DOUBLE_EQ(storage_of(tenth(Granularity::fine, 1), fine).ratio(), 0.1 * (8.0 + 4.0) / 8.0);
  const Tensor<float> rows({10, 10, 1, 3});
  EXPECT_DOUBLE_EQ(storage_of(tenth(Granularity::vector, 3), rows).ratio(), 0.1 * (8.0 + 4.0 / 3.0) / 8.0);
  const Tensor<float> kernels({10, 10, 3, 3});
  EXPECT_DOUBLE_EQ(storage_of(tenth(Granularity::kernel, 9), kernels).ratio(), 0.1 * (8.0 + 4.0 / 9.0) / 8.0);
  const Tensor<float> filters({100, 5, 3, 3});
  EXPECT_DOUBLE_EQ(storage_of(tenth(Granularity::filter, 45), filters).ratio(), 0.1 * (8.0 + 4.0 / 45.0) / 8.0);
}

// Are the parts those of the kept grains, whole, in the given widths?
TEST(Storage, CountsItsParts) {
  const auto size = storage_of(tenth(Granularity::kernel, 9), Tensor<float>({10, 10, 3, 3}), 6, 5);
  EXPECT_EQ(size, (pruning::StorageSize{900, 90, 10, 540, 50, 5400}));
  auto twice = size;
  twice += size;
  EXPECT_EQ(twice, (pruning::StorageSize{1800, 180, 20, 1080, 100, 10800}));
  EXPECT_DOUBLE_EQ(twice.ratio(), size.ratio());
}

// Is an unpruned layer stored as its non-zero weights?
TEST(Storage, StoresNonZeroWeightsOfUnprunedLayers) {
  const Mask mask{Granularity::none, 1, {1, 1, 1, 1}};
  EXPECT_EQ(storage_of(mask, Tensor<float>({2, 2}, {0, 1, -2, 0})), (pruning::StorageSize{4, 2, 2, 16, 8, 32}));
}

// Is the storage known from a shape that of a tensor pruned to the same density, fully connected ones included?
TEST(Storage, NeedsNoWeightsToBeKnown) {
  for (const pruning::Shape& shape : {pruning::Shape{7, 3, 5, 2}, pruning::Shape{6, 11}}) {
    Tensor<float> filters(shape);
    for (std::size_t i = 0; i < filters.values.size(); ++i) filters.values[i] = static_cast<float>(i + 1);
    for (const Granularity g :
         {Granularity::none, Granularity::fine, Granularity::vector, Granularity::kernel, Granularity::filter}) {
      const Mask mask = select_grains(filters, g, 0.35);
      EXPECT_EQ(storage_of(shape, g, 0.35, 6, 5), storage_of(mask, apply(mask, filters), 6, 5)) << name_of(g);
    }
  }
}

// Is an empty sum a ratio of 0, not of 0 / 0?
TEST(Storage, OfNothingIsNothing) {
  EXPECT_EQ(pruning::StorageSize{}.ratio(), 0.0);
}

// Which filter rows hold a weight, of convolutions and of fully connected layers?
TEST(RowOccupancy, CountsRowsWithAWeight) {
  const Tensor<float> filters({1, 2, 2, 3}, {0, 0, 0, 0, 0, 1, -1, 1, 0, 0, 0, 0});
  EXPECT_EQ(row_occupancy(filters), (pruning::RowOccupancy{4, 2}));
  EXPECT_DOUBLE_EQ(row_occupancy(filters).share(), 0.5);
  EXPECT_EQ(row_occupancy(Tensor<float>({2, 3}, {0, 1, 2, 0, 0, 3})), (pruning::RowOccupancy{6, 3}));
}

}  // namespace
