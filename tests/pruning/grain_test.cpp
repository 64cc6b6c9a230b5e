#include "pruning/grain.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace {

using pruning::Granularity;
using pruning::Mask;
using pruning::Shape;
using pruning::Tensor;

constexpr Granularity granularities[] = {Granularity::none, Granularity::fine, Granularity::vector, Granularity::kernel,
                                         Granularity::filter};

/// Filters (K, C/G, R, S) or (K, C) of few different magnitudes, so that ties are common.
Tensor<float> random_filters() {
  const int axes = *rc::gen::element(2, 4);
  Shape shape;
  for (int axis = 0; axis < axes; ++axis) shape.push_back(*rc::gen::inRange(1, 6));
  Tensor<float> filters(shape);
  for (float& weight : filters.values) weight = static_cast<float>(*rc::gen::inRange(-4, 5)) / 4;
  return filters;
}

std::vector<double> saliencies(const Tensor<float>& filters, const Mask& mask) {
  std::vector<double> sums(mask.kept_grains.size(), 0);
  for (std::int64_t i = 0; i < filters.size(); ++i) {
    sums[static_cast<std::size_t>(i / mask.grain_size)] += std::abs(filters.values[static_cast<std::size_t>(i)]);
  }
  return sums;
}

// How many weights are pruned together?
TEST(Grain, HoldsTheWeightsOfItsGranularity) {
  const Shape convolution{7, 5, 3, 2};
  const Shape fully_connected{7, 5};
  const auto sizes = [](const Shape& shape) {
    std::vector<std::int64_t> result;
    for (const Granularity g : granularities) result.push_back(pruning::grain_size(g, shape));
    return result;
  };
  EXPECT_EQ(sizes(convolution), (std::vector<std::int64_t>{1, 1, 2, 6, 30}));
  EXPECT_EQ(sizes(fully_connected), (std::vector<std::int64_t>{1, 1, 1, 1, 5}));
}

// Are floor(d g + 1/2) grains kept?
TEST(SelectGrains, RoundsTheNumberKeptHalvesUp) {
  const auto kept = [](int grains, double density) {
    const Tensor<float> filters({grains, 1}, std::vector<float>(static_cast<std::size_t>(grains), 1.0F));
    return pruning::select_grains(filters, Granularity::fine, density).kept();
  };
  EXPECT_EQ(kept(10, 0), 0);
  EXPECT_EQ(kept(10, 0.0499), 0);
  EXPECT_EQ(kept(10, 0.05), 1);
  EXPECT_EQ(kept(10, 0.25), 3);
  EXPECT_EQ(kept(10, 0.95), 10);
  EXPECT_EQ(kept(10, 1), 10);
  EXPECT_EQ(kept(3, 0.5), 2);
  EXPECT_EQ(kept(1, 0.49), 0);
  EXPECT_EQ(kept(0, 0.5), 0);
}

// Is what stays at least as salient as what goes, of equals the earlier, and the right number of them?
RC_GTEST_PROP(SelectGrains, KeepsTheMostSalientAndOfEqualsTheEarlier, ()) {
  const Tensor<float> filters = random_filters();
  const Granularity granularity =
      *rc::gen::element(Granularity::fine, Granularity::vector, Granularity::kernel, Granularity::filter);
  const double density = *rc::gen::inRange(0, 65) / 64.0;
  const Mask mask = pruning::select_grains(filters, granularity, density);
  RC_ASSERT(mask.grain_size == pruning::grain_size(granularity, filters.shape));
  RC_ASSERT(mask.grains() * mask.grain_size == filters.size());

  const std::vector<double> saliency = saliencies(filters, mask);
  std::vector<std::size_t> order(saliency.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return saliency[a] > saliency[b]; });
  std::vector<std::uint8_t> expected(saliency.size(), 0);
  const auto kept = static_cast<std::size_t>(std::floor(density * static_cast<double>(saliency.size()) + 0.5));
  for (std::size_t i = 0; i < kept; ++i) expected[order[i]] = 1;
  RC_ASSERT(mask.kept_grains == expected);
}

// Is the saliency of a grain the sum of its magnitudes, not its largest or its sum?
TEST(SelectGrains, AddsUpMagnitudes) {
  const Tensor<float> filters({1, 1, 3, 2}, {3, 0, -2, -2, 2, -1});
  EXPECT_EQ(pruning::select_grains(filters, Granularity::vector, 1.0 / 3).kept_grains,
            (std::vector<std::uint8_t>{0, 1, 0}));
  // 3 and 3: the first.
  EXPECT_EQ(pruning::select_grains(filters, Granularity::vector, 2.0 / 3).kept_grains,
            (std::vector<std::uint8_t>{1, 1, 0}));
}

// Does pruning leave what it keeps as it is and clear the rest?
RC_GTEST_PROP(SelectGrains, ClearsExactlyWhatIsRemoved, ()) {
  const Tensor<float> filters = random_filters();
  for (const Granularity granularity : granularities) {
    const Mask mask = pruning::select_grains(filters, granularity, 0.5);
    const Tensor<float> pruned = pruning::apply(mask, filters);
    RC_ASSERT(pruned.shape == filters.shape);
    for (std::int64_t i = 0; i < filters.size(); ++i) {
      const auto at = static_cast<std::size_t>(i);
      RC_ASSERT(mask.keeps(i) == (mask.kept_grains[at / static_cast<std::size_t>(mask.grain_size)] == 1));
      RC_ASSERT(pruned.values[at] == (mask.keeps(i) ? filters.values[at] : 0.0F));
    }
  }
}

// Does pruning what is pruned already change nothing?
RC_GTEST_PROP(SelectGrains, IsIdempotent, ()) {
  const Tensor<float> filters = random_filters();
  const double density = *rc::gen::inRange(0, 65) / 64.0;
  for (const Granularity granularity : granularities) {
    const Mask first = pruning::select_grains(filters, granularity, density);
    const Tensor<float> pruned = pruning::apply(first, filters);
    const Mask second = pruning::select_grains(pruned, granularity, density);
    RC_ASSERT(pruning::apply(second, pruned).values == pruned.values);
    RC_ASSERT(second.kept() == first.kept());
  }
}

// Does `none` keep every weight whatever the density?
TEST(SelectGrains, KeepsAllWithoutPruning) {
  const Tensor<float> filters({2, 2}, {0, 1, 2, 3});
  const Mask mask = pruning::select_grains(filters, Granularity::none, 0.0);
  EXPECT_EQ(mask.kept(), 4);
  EXPECT_EQ(pruning::apply(mask, filters).values, filters.values);
}

TEST(SelectGrains, RefusesDensitiesThatAreNoShare) {
  const Tensor<float> filters({1, 1}, {1});
  for (const double density : {-0.01, 1.01, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_THROW(pruning::select_grains(filters, Granularity::fine, density), std::invalid_argument) << density;
  }
}

// Are the names those of run files, and are rows, kernels and filters stored whole?
TEST(Granularity, HasANameAndAKindOfStorage) {
  std::vector<std::string_view> names;
  std::vector<bool> coarse;
  for (const Granularity g : granularities) {
    names.push_back(pruning::name_of(g));
    coarse.push_back(pruning::is_coarse(g));
  }
  EXPECT_EQ(names, (std::vector<std::string_view>{"none", "fine", "vector", "kernel", "filter"}));
  EXPECT_EQ(coarse, (std::vector{false, false, true, true, true}));
}

}  // namespace
