#include "tests/reference/reference_eie_weights.hpp"

#include <cstdlib>
#include <map>
#include <stdexcept>

namespace reference {

namespace {

constexpr int most_rounds = 100;
/// Distances are below 2^16 times a number of weights, and comparing two multiplies by another such number.
constexpr std::int64_t most_weights = std::int64_t{1} << 23;

/// numerator / denominator; the denominator is positive.
struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

bool equal(const Fraction& a, const Fraction& b) {
  return a.numerator * b.denominator == b.numerator * a.denominator;
}

bool nearer(std::int64_t weight, const Fraction& a, const Fraction& b) {
  const std::int64_t to_a = std::abs(weight * a.denominator - a.numerator);
  const std::int64_t to_b = std::abs(weight * b.denominator - b.numerator);
  return to_a * b.denominator < to_b * a.denominator;
}

/// To the nearest integer, halves away from zero.
std::int16_t rounded(const Fraction& value) {
  const std::int64_t magnitude = (2 * std::abs(value.numerator) + value.denominator) / (2 * value.denominator);
  return static_cast<std::int16_t>(value.numerator < 0 ? -magnitude : magnitude);
}

/// The centroid nearest to the weight, of equally near ones the lowest.
std::size_t cluster_of(std::int64_t weight, const std::vector<Fraction>& ascending_centroids) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < ascending_centroids.size(); ++i) {
    if (nearer(weight, ascending_centroids[i], ascending_centroids[nearest])) nearest = i;
  }
  return nearest;
}

using Counts = std::map<std::int16_t, std::int64_t>;  // of each non-zero value

std::vector<Fraction> spread_evenly(const Counts& counts, std::int64_t centroids) {
  const std::int64_t smallest = counts.begin()->first;
  const std::int64_t largest = counts.rbegin()->first;
  if (centroids == 1) return {{smallest, 1}};  // the first round moves it to the mean from anywhere
  std::vector<Fraction> spread;
  for (std::int64_t i = 0; i < centroids; ++i) {
    spread.push_back({smallest * (centroids - 1) + i * (largest - smallest), centroids - 1});
  }
  return spread;
}

/// The centroids, and the cluster of each value.
struct Clusters {
  std::vector<Fraction> centroids;
  std::map<std::int16_t, std::size_t> of;
};

Clusters cluster(const Counts& counts, std::int64_t centroids) {
  Clusters clusters{.centroids = spread_evenly(counts, centroids), .of = {}};
  bool moved = true;
  for (int round = 0; round < most_rounds && moved; ++round) {
    std::vector<Fraction> means(clusters.centroids.size(), {0, 0});
    for (const auto& [value, count] : counts) {
      const std::size_t i = cluster_of(value, clusters.centroids);
      clusters.of[value] = i;
      means[i].numerator += value * count;
      means[i].denominator += count;
    }
    moved = false;
    for (std::size_t i = 0; i < means.size(); ++i) {
      if (means[i].denominator == 0 || equal(means[i], clusters.centroids[i])) continue;
      clusters.centroids[i] = means[i];
      moved = true;
    }
  }
  return clusters;
}

}  // namespace

SharedWeights share_weights(const std::vector<std::int16_t>& weights, std::int64_t weight_bits) {
  const std::int64_t shared = (std::int64_t{1} << weight_bits) - 1;
  Counts counts;
  std::int64_t non_zero = 0;
  for (const std::int16_t weight : weights) {
    if (weight == 0) continue;
    ++counts[weight];
    ++non_zero;
  }
  if (non_zero >= most_weights) throw std::invalid_argument("too many weights to share exactly");

  SharedWeights result{.table = {0}, .codes = {}};
  std::map<std::int16_t, std::uint16_t> code_of{{0, 0}};
  if (std::ssize(counts) <= shared) {
    for (const auto& [value, count] : counts) {
      code_of[value] = static_cast<std::uint16_t>(result.table.size());
      result.table.push_back(value);
    }
  } else {
    const Clusters clusters = cluster(counts, shared);
    for (const Fraction& centroid : clusters.centroids) result.table.push_back(rounded(centroid));
    for (const auto& [value, i] : clusters.of) code_of[value] = static_cast<std::uint16_t>(i + 1);
  }
  for (const std::int16_t weight : weights) result.codes.push_back(code_of.at(weight));
  return result;
}

EieColumns encode_columns(const std::vector<std::uint16_t>& codes, std::int64_t rows, std::int64_t columns,
                          std::int64_t pe, std::int64_t pes, std::int64_t index_bits) {
  const std::int64_t longest_run = (std::int64_t{1} << index_bits) - 1;
  EieColumns encoded{.entries = {}, .pointers = {0}};
  for (std::int64_t j = 0; j < columns; ++j) {
    std::int64_t run = 0;
    for (std::int64_t i = pe; i < rows; i += pes) {
      const std::uint16_t code = codes.at(static_cast<std::size_t>(i * columns + j));
      if (code == 0) {
        ++run;
        continue;
      }
      while (run > longest_run) {
        encoded.entries.push_back({.code = 0, .run = longest_run});
        run -= longest_run + 1;
      }
      encoded.entries.push_back({.code = code, .run = run});
      run = 0;
    }
    encoded.pointers.push_back(std::ssize(encoded.entries));
  }
  return encoded;
}

}  // namespace reference
