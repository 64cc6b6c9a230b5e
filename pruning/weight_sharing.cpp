#include "pruning/weight_sharing.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace pruning {

namespace {

__extension__ using Wide = __int128;

constexpr int most_rounds = 100;

/// A value that weights have, and how many have it.
struct Bin {
  std::int64_t value = 0;
  std::int64_t count = 0;
};

/// A centroid as an exact fraction.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;  ///< positive

  bool operator==(const Fraction& other) const {
    return Wide{numerator} * other.denominator == Wide{other.numerator} * denominator;
  }
  /// To the nearest, halves away from zero.
  [[nodiscard]] std::int16_t rounded() const {
    const std::int64_t magnitude = (2 * std::abs(numerator) + denominator) / (2 * denominator);
    return static_cast<std::int16_t>(numerator < 0 ? -magnitude : magnitude);
  }
};

/// The non-zero values that occur, in rising order.
std::vector<Bin> bins_of(std::span<const std::int16_t> weights) {
  std::vector<std::int64_t> counts(65536, 0);
  for (const std::int16_t weight : weights) {
    if (weight != 0) ++counts[static_cast<std::size_t>(weight + 32768)];
  }
  std::vector<Bin> bins;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) bins.push_back({static_cast<std::int64_t>(i) - 32768, counts[i]});
  }
  return bins;
}

/// Whether `value` is nearer to the higher of two centroids.
bool prefers_higher(std::int64_t value, const Fraction& lower, const Fraction& higher) {
  return Wide{2 * value} * lower.denominator * higher.denominator >
         Wide{lower.numerator} * higher.denominator + Wide{higher.numerator} * lower.denominator;
}

/// Calls `visit` with every bin and the position of its nearest centroid. @param centroids in rising order
template <class Visit>
void assign(const std::vector<Bin>& bins, const std::vector<Fraction>& centroids, const Visit& visit) {
  std::size_t nearest = 0;
  for (const Bin& bin : bins) {
    while (nearest + 1 < centroids.size() && prefers_higher(bin.value, centroids[nearest], centroids[nearest + 1])) {
      ++nearest;
    }
    visit(bin, nearest);
  }
}

/// Centroids of more bins than there are to be. They stay in rising order: each is in its own interval of values.
std::vector<Fraction> centroids_of(const std::vector<Bin>& bins, std::size_t count) {
  const std::int64_t smallest = bins.front().value;
  const std::int64_t range = bins.back().value - smallest;
  const std::int64_t steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(count) - 1);
  std::vector<Fraction> centroids;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) {
    centroids.push_back({smallest * steps + range * i, steps});
  }
  for (int round = 0; round < most_rounds; ++round) {
    std::vector<Fraction> means(count, Fraction{0, 0});
    assign(bins, centroids, [&](const Bin& bin, std::size_t nearest) {
      means[nearest].numerator += bin.value * bin.count;
      means[nearest].denominator += bin.count;
    });
    for (std::size_t i = 0; i < count; ++i) {
      if (means[i].denominator == 0) means[i] = centroids[i];
    }
    if (means == centroids) break;
    centroids = std::move(means);
  }
  return centroids;
}

}  // namespace

Codebook share_weights(std::span<const std::int16_t> weights, int weight_bits) {
  if (weight_bits < 1 || weight_bits > 8) throw std::invalid_argument("a code has 1 to 8 bits");
  const std::size_t codes = std::size_t{1} << weight_bits;
  Codebook book{std::vector<std::int16_t>(codes, 0), std::vector<std::uint8_t>(65536, 0)};
  const std::vector<Bin> bins = bins_of(weights);
  std::vector<Fraction> centroids;
  if (bins.size() < codes) {
    for (const Bin& bin : bins) centroids.push_back({bin.value, 1});
  } else {
    centroids = centroids_of(bins, codes - 1);
  }
  for (std::size_t i = 0; i < centroids.size(); ++i) book.shared[i + 1] = centroids[i].rounded();
  assign(bins, centroids, [&](const Bin& bin, std::size_t nearest) {
    book.codes[static_cast<std::size_t>(bin.value + 32768)] = static_cast<std::uint8_t>(nearest + 1);
  });
  return book;
}

std::vector<std::int16_t> shared_values(std::span<const std::int16_t> weights, const Codebook& codebook) {
  std::vector<std::int16_t> values(weights.size());
  std::transform(weights.begin(), weights.end(), values.begin(),
                 [&](std::int16_t weight) { return codebook.value_of(codebook.code_of(weight)); });
  return values;
}

}  // namespace pruning
