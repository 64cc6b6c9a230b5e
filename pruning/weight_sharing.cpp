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

/// A centroid, and which of the bins, in rising order, are nearest to it.
struct Cluster {
  Fraction centroid;
  std::size_t end = 0;  ///< the first that is nearer to a later one
};

/// Clusters of more bins than there are clusters. Their centroids stay in rising order: each in its own interval.
std::vector<Cluster> cluster(const std::vector<Bin>& bins, std::size_t count) {
  const std::int64_t smallest = bins.front().value;
  const std::int64_t range = bins.back().value - smallest;
  const std::int64_t steps = std::max<std::int64_t>(1, static_cast<std::int64_t>(count) - 1);
  std::vector<Cluster> clusters;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) {
    clusters.push_back({{smallest * steps + range * i, steps}, 0});
  }
  bool moved = true;
  for (int round = 0; round < most_rounds && moved; ++round) {
    std::vector<Fraction> means(count, Fraction{0, 0});
    std::size_t bin = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const bool last = i + 1 == count;
      for (; bin < bins.size() &&
             (last || !prefers_higher(bins[bin].value, clusters[i].centroid, clusters[i + 1].centroid));
           ++bin) {
        means[i].numerator += bins[bin].value * bins[bin].count;
        means[i].denominator += bins[bin].count;
      }
      clusters[i].end = bin;
    }
    moved = false;
    for (std::size_t i = 0; i < count; ++i) {
      if (means[i].denominator == 0 || means[i] == clusters[i].centroid) continue;
      clusters[i].centroid = means[i];
      moved = true;
    }
  }
  return clusters;
}

}  // namespace

Codebook share_weights(std::span<const std::int16_t> weights, int weight_bits) {
  if (weight_bits < 1 || weight_bits > 8) throw std::invalid_argument("a code has 1 to 8 bits");
  const std::size_t codes = std::size_t{1} << weight_bits;
  Codebook book{std::vector<std::int16_t>(codes, 0), std::vector<std::uint8_t>(65536, 0)};
  const std::vector<Bin> bins = bins_of(weights);
  std::vector<Cluster> clusters;
  if (bins.size() < codes) {
    for (const Bin& bin : bins) clusters.push_back({{bin.value, 1}, clusters.size() + 1});
  } else {
    clusters = cluster(bins, codes - 1);
  }
  std::size_t bin = 0;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    book.shared[i + 1] = clusters[i].centroid.rounded();
    for (; bin < clusters[i].end; ++bin) {
      book.codes[static_cast<std::size_t>(bins[bin].value + 32768)] = static_cast<std::uint8_t>(i + 1);
    }
  }
  return book;
}

void share_values(std::span<std::int16_t> weights, const Codebook& codebook) {
  for (std::int16_t& weight : weights) {
    if (weight != 0) weight = codebook.value_of(codebook.code_of(weight));
  }
}

}  // namespace pruning
