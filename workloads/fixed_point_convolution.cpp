#include "workloads/fixed_point_convolution.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <type_traits>

#include "workloads/phase_planes.hpp"
#include "workloads/shifted_sum.hpp"

namespace workloads {

namespace {

using pruning::ConvolutionShape;

constexpr int greatest_shift = 31;           // every product becomes 0
constexpr std::size_t sums_in_cache = 4096;  // outputs of one filter that are summed together

enum class Terms { products, magnitudes };

template <Terms terms>
std::int32_t shifted(std::int16_t weight, std::int16_t pixel, std::int32_t half, int shift) {
  const std::int32_t product = (std::int32_t{weight} * pixel + half) >> shift;
  return terms == Terms::magnitudes ? std::abs(product) : product;
}

/// Sums of one layer for any shift.
class Sums {
 public:
  Sums(const ConvolutionShape& shape, std::span<const std::int16_t> weights, std::span<const std::int16_t> activations)
      : shape_(shape), weights_(weights), planes_(shape, activations) {
    const std::size_t plane = activations.size() / static_cast<std::size_t>(shape.C);
    std::vector<std::int64_t> largest_pixel;
    for (std::size_t c = 0; c < activations.size(); c += plane) {
      largest_pixel.push_back(largest_magnitude(activations.subspan(c, plane)));
    }
    const std::size_t taps = static_cast<std::size_t>(shape.R * shape.S);
    for (int k = 0; k < shape.K; ++k) {
      Bound bound;
      for (int c = 0; c < shape.channels_per_group(); ++c) {
        for (const std::int16_t weight : filter(k).subspan(static_cast<std::size_t>(c) * taps, taps)) {
          bound.sum += std::abs(std::int64_t{weight}) * largest_pixel[static_cast<std::size_t>(first_channel(k) + c)];
          bound.terms += weight != 0 ? 1 : 0;
        }
      }
      bounds_.push_back(bound);
    }
  }

  /// Upper bound of the sums of magnitudes of any filter.
  [[nodiscard]] std::int64_t bound(int shift) const {
    std::int64_t greatest = 0;
    for (const Bound& b : bounds_) greatest = std::max(greatest, b.shifted(shift));
    return greatest;
  }
  /// Non-zero weights of the filter that has most.
  [[nodiscard]] std::int64_t most_terms() const {
    std::int64_t most = 0;
    for (const Bound& b : bounds_) most = std::max(most, b.terms);
    return most;
  }

  /// Calls `use(k, row, sums)` for every row of outputs, `sums` pointing at its Q sums.
  template <Terms terms, class Use>
  void for_each_row(int shift, const Use& use) const {
    for (int k = 0; k < shape_.K; ++k) {
      if (bounds_[static_cast<std::size_t>(k)].shifted(shift) <= std::numeric_limits<std::int32_t>::max()) {
        sum_filter<terms, std::int32_t>(k, shift, use);
      } else {
        sum_filter<terms, std::int64_t>(k, shift, use);
      }
    }
  }

 private:
  struct Bound {
    std::int64_t sum = 0;    ///< of magnitudes, if every weight met the largest pixel of its channel
    std::int64_t terms = 0;  ///< non-zero weights; rounding adds up to one half each
    [[nodiscard]] std::int64_t shifted(int shift) const { return (sum >> shift) + terms; }
  };

  static std::int64_t largest_magnitude(std::span<const std::int16_t> values) {
    std::int64_t largest = 0;
    for (const std::int16_t value : values) largest = std::max(largest, std::abs(std::int64_t{value}));
    return largest;
  }

  [[nodiscard]] std::span<const std::int16_t> filter(int k) const {
    const std::size_t size = weights_.size() / static_cast<std::size_t>(shape_.K);
    return weights_.subspan(static_cast<std::size_t>(k) * size, size);
  }
  [[nodiscard]] int first_channel(int k) const { return k / shape_.filters_per_group() * shape_.channels_per_group(); }
  /// A fully connected layer, or a filter as large as its input: the pixels stand in the order of the weights.
  [[nodiscard]] bool one_dot_product() const {
    return shape_.P() == 1 && shape_.Q() == 1 && shape_.dilation == pruning::RowsColumns{1, 1} &&
           (shape_.R == 1 || shape_.stride.rows == 1) && (shape_.S == 1 || shape_.stride.columns == 1);
  }

  template <Terms terms, class Sum, class Use>
  void sum_filter(int k, int shift, const Use& use) const {
    const std::int32_t half = shift == 0 ? 0 : std::int32_t{1} << (shift - 1);
    if (one_dot_product()) {
      const std::span<const std::int16_t> weights = filter(k);
      const std::int16_t* pixels = planes_.pixels(first_channel(k), 0, 0);
      Sum sum = 0;
      for (std::size_t i = 0; i < weights.size(); ++i) sum += shifted<terms>(weights[i], pixels[i], half, shift);
      use(k, 0, &sum);
      return;
    }
    const std::size_t pitch = planes_.pitch();
    const int rows_at_once = static_cast<int>(std::clamp<std::size_t>(sums_in_cache / pitch, 1, 65536));
    std::vector<Sum> sums;
    for (int row = 0; row < shape_.P(); row += rows_at_once) {
      const int rows = std::min(rows_at_once, shape_.P() - row);
      // Without the positions behind the last row's outputs, which may lie outside the plane.
      sums.assign(static_cast<std::size_t>(rows - 1) * pitch + static_cast<std::size_t>(shape_.Q()), 0);
      auto weight = filter(k).begin();
      for (int c = 0; c < shape_.channels_per_group(); ++c) {
        for (int r = 0; r < shape_.R; ++r) {
          for (int s = 0; s < shape_.S; ++s, ++weight) {
            if (*weight == 0) continue;
            const std::int16_t w = *weight;
            const std::int16_t* pixels =
                planes_.pixels(first_channel(k) + c, r, s) + static_cast<std::size_t>(row) * pitch;
            if constexpr (std::is_same_v<Sum, std::int32_t>) {
              constexpr auto add = terms == Terms::products ? add_shifted_products : add_shifted_magnitudes;
              add(sums.data(), pixels, sums.size(), w, shift);
            } else {
              for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += shifted<terms>(w, pixels[i], half, shift);
            }
          }
        }
      }
      for (int i = 0; i < rows; ++i) use(k, row + i, sums.data() + static_cast<std::size_t>(i) * pitch);
    }
  }

  ConvolutionShape shape_;
  std::span<const std::int16_t> weights_;
  PhasePlanes planes_;
  std::vector<Bound> bounds_;
};

/// The largest sum of magnitudes of any output.
std::int64_t greatest_sum(const Sums& sums, int shift, int columns) {
  std::int64_t greatest = 0;
  sums.for_each_row<Terms::magnitudes>(shift, [&](int, int, const auto* row) {
    greatest = std::max<std::int64_t>(greatest, *std::max_element(row, row + columns));
  });
  return greatest;
}

}  // namespace

int product_shift(const ConvolutionShape& shape, std::span<const std::int16_t> weights,
                  std::span<const std::int16_t> activations, int accumulator_bits) {
  const Sums sums(shape, weights, activations);
  const std::int64_t limit = std::int64_t{1} << (accumulator_bits - 1);
  const std::int64_t terms = sums.most_terms();

  // A larger shift never enlarges the magnitude of any rounded product, so every shift from the answer on is
  // enough and none below it is. The answer is above `too_small` and not above `enough`.
  int too_small = -1;
  int enough = 0;
  while (enough < greatest_shift && sums.bound(enough) >= limit) ++enough;
  for (int shift = enough; enough - too_small > 1; shift = (too_small + enough) / 2) {
    const std::int64_t sum = greatest_sum(sums, shift, shape.Q());
    (sum < limit ? enough : too_small) = shift;
    // Rounding moves each term by one half at most, so this sum bounds those for smaller shifts: d steps down it is
    // 2^d sum, give or take (2^d + 1) terms / 2.
    for (int smaller = shift - 1; smaller > too_small; --smaller) {
      const int steps = shift - smaller;
      if (2 * sum - terms >= ((2 * limit + terms - 1) >> steps) + 1) too_small = smaller;
      if (2 * sum + terms <= (2 * limit - terms - 1) >> steps) enough = std::min(enough, smaller);
    }
  }
  return enough;
}

std::vector<std::int64_t> convolve(const ConvolutionShape& shape, std::span<const std::int16_t> weights,
                                   std::span<const std::int16_t> activations, int shift) {
  std::vector<std::int64_t> result(static_cast<std::size_t>(std::int64_t{1} * shape.K * shape.P() * shape.Q()));
  auto out = result.begin();
  Sums(shape, weights, activations).for_each_row<Terms::products>(shift, [&](int, int, const auto* row) {
    out = std::copy(row, row + shape.Q(), out);
  });
  return result;
}

}  // namespace workloads
