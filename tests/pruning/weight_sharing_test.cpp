#include "pruning/weight_sharing.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

/// Do weights share the values that k-means gives them?

namespace {

using pruning::Codebook;
using Weights = std::vector<std::int16_t>;

/// As a reader of the definition would write it, weight by weight and in floating point.
std::vector<double> plain_k_means(const Weights& weights, int clusters) {
  Weights nonzero = weights;
  std::erase(nonzero, 0);
  const auto [smallest, largest] = std::minmax_element(nonzero.begin(), nonzero.end());
  std::vector<double> centroids;
  for (int i = 0; i < clusters; ++i) {
    centroids.push_back(*smallest + (clusters == 1 ? 0.0 : (*largest - *smallest) * i / (clusters - 1.0)));
  }
  for (int round = 0; round < 100; ++round) {
    std::vector<double> sums(centroids.size(), 0.0);
    std::vector<int> counts(centroids.size(), 0);
    for (const std::int16_t weight : nonzero) {
      const auto distance = [&](double centroid) { return std::abs(weight - centroid); };
      const auto nearest = static_cast<std::size_t>(
          std::min_element(centroids.begin(), centroids.end(),
                           [&](double a, double b) { return distance(a) < distance(b) - 1e-9; }) -
          centroids.begin());
      sums[nearest] += weight;
      ++counts[nearest];
    }
    for (std::size_t i = 0; i < centroids.size(); ++i) {
      if (counts[i] > 0) centroids[i] = sums[i] / counts[i];
    }
  }
  return centroids;
}

Weights random_weights() {
  const auto value =
      rc::gen::cast<std::int16_t>(rc::gen::oneOf(rc::gen::inRange(-40, 41), rc::gen::inRange(-32767, 32768)));
  return *rc::gen::container<Weights>(value);
}

Weights shared(Weights weights, const Codebook& book) {
  pruning::share_values(weights, book);
  return weights;
}

std::size_t distinct_nonzero(const Weights& weights) {
  std::set<std::int16_t> values(weights.begin(), weights.end());
  values.erase(0);
  return values.size();
}

RC_GTEST_PROP(WeightSharing, is_exact_where_the_codes_suffice, ()) {
  const Weights weights = random_weights();
  const int bits = *rc::gen::inRange(1, 9);
  RC_PRE(distinct_nonzero(weights) < (std::size_t{1} << bits));
  const Codebook book = pruning::share_weights(weights, bits);
  RC_ASSERT(book.shared.size() == std::size_t{1} << bits);
  RC_ASSERT(shared(weights, book) == weights);
}

RC_GTEST_PROP(WeightSharing, only_zero_has_code_zero, ()) {
  const Weights weights = random_weights();
  const Codebook book = pruning::share_weights(weights, *rc::gen::inRange(1, 9));
  RC_ASSERT(book.value_of(0) == 0);
  for (const std::int16_t weight : weights) {
    RC_ASSERT((book.code_of(weight) == 0) == (weight == 0));
    RC_ASSERT(book.code_of(weight) < book.shared.size());
  }
}

RC_GTEST_PROP(WeightSharing, equals_plain_k_means, ()) {
  const Weights weights = random_weights();
  const int bits = *rc::gen::inRange(1, 5);
  const int clusters = (1 << bits) - 1;
  RC_PRE(distinct_nonzero(weights) > static_cast<std::size_t>(clusters));
  const Codebook book = pruning::share_weights(weights, bits);
  const std::vector<double> expected = plain_k_means(weights, clusters);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    RC_ASSERT(std::abs(book.shared[i + 1] - expected[i]) <= 0.5 + 1e-6);
  }
  for (const std::int16_t weight : weights) {
    if (weight == 0) continue;
    for (const double other : expected) {
      RC_ASSERT(std::abs(weight - expected[book.code_of(weight) - 1U]) <= std::abs(weight - other) + 1e-6);
    }
  }
}

// By hand: 3 clusters begin at -9, 0.5 and 10. 5 is nearer to 0.5 than to 10, so the means are -9, 2.75 and 10.
TEST(WeightSharing, GivesTheMeansOfTheNearestWeights) {
  const Weights weights{-9, 0, 1, 2, 0, 3, 5, 10, 10};
  const Codebook book = pruning::share_weights(weights, 2);
  EXPECT_EQ(book.shared, (Weights{0, -9, 3, 10}));
  EXPECT_EQ(shared(weights, book), (Weights{-9, 0, 3, 3, 0, 3, 3, 10, 10}));
}

// 3 clusters begin at 1, 5 and 9; 3 and 7 are half-way and join the lower ones. So the means are 2, 5.5 and 9, and
// nothing moves any more. Rounded halves go away from zero.
TEST(WeightSharing, ATieGoesToTheLowerCentroid) {
  const Codebook book = pruning::share_weights(Weights{1, 3, 4, 7, 9}, 2);
  EXPECT_EQ(book.shared, (Weights{0, 2, 6, 9}));
  EXPECT_EQ(book.code_of(3), 1);
  EXPECT_EQ(book.code_of(7), 2);
  EXPECT_EQ(pruning::share_weights(Weights{-1, -2}, 1).shared, (Weights{0, -2}));
}

// Centroids begin at 1, 50.5 and 100; nothing is near 50.5.
TEST(WeightSharing, ACentroidWithoutWeightsStays) {
  const Codebook book = pruning::share_weights(Weights{1, 2, 99, 100}, 2);
  EXPECT_EQ(book.shared, (Weights{0, 2, 51, 100}));
  EXPECT_EQ(book.code_of(2), 1);
  EXPECT_EQ(book.code_of(99), 3);
}

// The only centroid is the mean.
TEST(WeightSharing, ASharedValueMayBeZero) {
  const Codebook book = pruning::share_weights(Weights{-3, 3}, 1);
  EXPECT_EQ(book.shared, (Weights{0, 0}));
  EXPECT_EQ(book.code_of(3), 1);
}

TEST(WeightSharing, RefusesCodesOfImpossibleWidth) {
  EXPECT_THROW(pruning::share_weights({}, 0), std::invalid_argument);
  EXPECT_THROW(pruning::share_weights({}, 9), std::invalid_argument);
}

}  // namespace
