#include "workloads/fixed_point_convolution.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "workloads/phase_planes.hpp"
#include "workloads/shifted_sum.hpp"

namespace workloads {

namespace {

using pruning::ConvolutionShape;

constexpr int greatest_shift = 31;  // every product becomes 0

/// The sums of a run of outputs, within 62 bits: of their products and of the magnitudes of these.
struct OutputSums {
  std::size_t first = 0;  ///< output, in (K, P, Q)
  std::span<const std::int64_t> products;
  std::span<const std::int64_t> magnitudes;
};

/// One layer, to be summed with any shift.
class SummedLayer {
 public:
  SummedLayer(const ConvolutionShape& shape, std::span<const std::int16_t> weights,
              std::span<const std::int16_t> activations)
      : shape_(shape),
        weights_(weights),
        planes_(shape, activations, most_positions),
        filters_(static_cast<std::size_t>(shape.K)) {
    std::int32_t largest_weight = 0;
    std::vector<std::int64_t> magnitude;  // of each filter
    for (int k = 0; k < shape.K; ++k) {
      std::int64_t sum = 0;
      for (const std::int16_t weight : filter(k)) {
        sum += std::abs(weight);
        largest_weight = std::max(largest_weight, std::abs(weight));
      }
      magnitude.push_back(sum);
    }
    std::int32_t largest_pixel = 0;
    for (const std::int16_t pixel : activations) largest_pixel = std::max(largest_pixel, std::abs(pixel));
    largest_product_ = largest_weight * largest_pixel;

    std::iota(filters_.begin(), filters_.end(), 0);
    std::stable_sort(filters_.begin(), filters_.end(), [&](int a, int b) {
      return magnitude[static_cast<std::size_t>(a)] > magnitude[static_cast<std::size_t>(b)];
    });
    if (!one_dot_product()) list_taps();
  }

  /// All filters, those with the largest weights first.
  [[nodiscard]] std::span<const int> filters() const { return filters_; }
  [[nodiscard]] std::size_t output_count() const {
    return static_cast<std::size_t>(shape_.K) * static_cast<std::size_t>(shape_.P()) *
           static_cast<std::size_t>(shape_.Q());
  }

  /// Calls `use(OutputSums)` for all outputs of some filters until it returns false; returns whether it never did.
  template <class Use>
  bool for_each_output(std::span<const int> filters, int shift, const Use& use) const {
    // The pixels of a block of outputs stay in the cache for all filters.
    for (std::size_t first = 0; first < positions(); first += most_positions) {
      for (const int k : filters) {
        Block block{.k = k, .first = first, .size = std::min(most_positions, positions() - first)};
        if (one_dot_product()) {
          add_dot_product(block, shift);
        } else {
          add_taps(block, shift);
        }
        if (!for_each_row(block, use)) return false;
      }
    }
    return true;
  }

 private:
  /// Neighbouring positions in the planes, among them the outputs of one filter.
  struct Block {
    int k = 0;
    std::size_t first = 0;
    std::size_t size = 0;
    std::array<std::int64_t, most_positions> products{};
    std::array<std::int64_t, most_positions> magnitudes{};
  };

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
  /// Outputs of one filter and the positions between their rows.
  [[nodiscard]] std::size_t positions() const {
    return static_cast<std::size_t>(shape_.P() - 1) * planes_.pitch() + static_cast<std::size_t>(shape_.Q());
  }
  /// So many shifted products never exceed 32 bits.
  [[nodiscard]] std::size_t safe_terms(int shift) const {
    return static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / ((largest_product_ >> shift) + 1));
  }

  void list_taps() {
    std::vector<std::uint32_t> places;  // (C, R, S)
    for (int c = 0; c < shape_.C; ++c) {
      for (int r = 0; r < shape_.R; ++r) {
        for (int s = 0; s < shape_.S; ++s) places.push_back(static_cast<std::uint32_t>(planes_.place(c, r, s)));
      }
    }
    for (int k = 0; k < shape_.K; ++k) {
      const auto zeros = std::count(filter(k).begin(), filter(k).end(), std::int16_t{0});
      first_tap_.push_back(first_tap_.back() + filter(k).size() - static_cast<std::size_t>(zeros));
    }
    taps_.resize(first_tap_.back() + 1);
    for (int k = 0; k < shape_.K; ++k) {
      auto place = places.begin() + std::ptrdiff_t{first_channel(k)} * shape_.R * shape_.S;
      std::size_t tap = first_tap_[static_cast<std::size_t>(k)];
      // Where the non-zero weights are cannot be predicted: write each, and the next one over a zero.
      for (const std::int16_t weight : filter(k)) {
        taps_[tap] = {*place++, weight};
        tap += weight != 0 ? 1 : 0;
      }
    }
  }

  void add_taps(Block& block, int shift) const {
    const std::size_t k = static_cast<std::size_t>(block.k);
    std::span<const Tap> taps = std::span(taps_).subspan(first_tap_[k], first_tap_[k + 1] - first_tap_[k]);
    ShiftedSums part{};
    while (!taps.empty()) {
      const std::size_t count = std::min(taps.size(), safe_terms(shift));
      sum_taps(planes_.pixels() + block.first, taps.first(count), block.size, shift, part);
      for (std::size_t i = 0; i < block.size; ++i) {
        block.products[i] += part.sums[i];
        block.magnitudes[i] += part.magnitudes[i];
      }
      taps = taps.subspan(count);
    }
  }

  void add_dot_product(Block& block, int shift) const {
    std::span<const std::int16_t> weights = filter(block.k);
    const std::int32_t* pixels = planes_.pixels() + planes_.place(first_channel(block.k), 0, 0);
    while (!weights.empty()) {
      const std::size_t count = std::min(weights.size(), safe_terms(shift));
      const ShiftedSum part = sum_dot_product(pixels, weights.first(count), shift);
      block.products[0] += part.sum;
      block.magnitudes[0] += part.magnitude;
      weights = weights.subspan(count);
      pixels += count;
    }
  }

  template <class Use>
  bool for_each_row(const Block& block, const Use& use) const {
    const auto width = static_cast<std::size_t>(shape_.Q());
    const auto height = static_cast<std::size_t>(shape_.P());
    const std::size_t pitch = planes_.pitch();
    for (std::size_t i = 0; i < block.size;) {
      const std::size_t row = (block.first + i) / pitch;
      const std::size_t column = (block.first + i) % pitch;
      if (column < width) {
        const std::size_t count = std::min(width - column, block.size - i);
        const std::size_t output = (static_cast<std::size_t>(block.k) * height + row) * width + column;
        if (!use(
                {output, std::span(block.products).subspan(i, count), std::span(block.magnitudes).subspan(i, count)})) {
          return false;
        }
      }
      i += pitch - column;
    }
    return true;
  }

  ConvolutionShape shape_;
  std::span<const std::int16_t> weights_;
  PhasePlanes planes_;
  std::vector<int> filters_;
  std::int32_t largest_product_ = 0;  ///< bound of the magnitudes of all products
  std::vector<Tap> taps_;             ///< of all filters, unless each is one dot product, and a spare one
  std::vector<std::size_t> first_tap_{0};
};

bool all_below(std::span<const std::int64_t> values, std::int64_t limit) {
  return *std::max_element(values.begin(), values.end()) < limit;
}

/// Whether the magnitudes of every output of these filters sum to less than `limit`.
bool fits(const SummedLayer& layer, std::span<const int> filters, int shift, std::int64_t limit) {
  return layer.for_each_output(filters, shift,
                               [&](const OutputSums& outputs) { return all_below(outputs.magnitudes, limit); });
}

/// The sums of all outputs, if the magnitudes of each sum to less than `limit`.
std::optional<std::vector<std::int64_t>> sums(const SummedLayer& layer, int shift, std::int64_t limit) {
  std::vector<std::int64_t> result(layer.output_count());
  const bool complete = layer.for_each_output(layer.filters(), shift, [&](const OutputSums& outputs) {
    std::copy(outputs.products.begin(), outputs.products.end(),
              result.begin() + static_cast<std::ptrdiff_t>(outputs.first));
    return all_below(outputs.magnitudes, limit);
  });
  if (!complete) return {};
  return result;
}

}  // namespace

FixedPointSums sum_products(const ConvolutionShape& shape, std::span<const std::int16_t> weights,
                            std::span<const std::int16_t> activations, int accumulator_bits) {
  const SummedLayer layer(shape, weights, activations);
  const std::int64_t limit = std::int64_t{1} << (accumulator_bits - 1);
  // A larger shift never enlarges the magnitude of any rounded product, so every shift from the answer on is enough
  // and none below it is. A few filters tell where to begin, most often with the answer.
  const auto few = layer.filters().first((layer.filters().size() + 31) / 32);
  int too_small = -1;
  int enough = greatest_shift;
  while (enough - too_small > 1) {
    const int shift = (too_small + enough) / 2;
    (fits(layer, few, shift, limit) ? enough : too_small) = shift;
  }
  for (int shift = enough;; ++shift) {
    if (auto all = sums(layer, shift, limit)) return {shift, std::move(*all)};
  }
}

std::vector<std::int64_t> convolve(const ConvolutionShape& shape, std::span<const std::int16_t> weights,
                                   std::span<const std::int16_t> activations, int shift) {
  return *sums(SummedLayer(shape, weights, activations), shift, std::numeric_limits<std::int64_t>::max());
}

}  // namespace workloads
