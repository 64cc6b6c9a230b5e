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
      : shape_(shape), weights_(weights), filters_(static_cast<std::size_t>(shape.K)) {
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
    std::int32_t least_pixel = 0;
    std::int32_t greatest_pixel = 0;
    for (const std::int32_t pixel : activations) {
      least_pixel = std::min(least_pixel, pixel);
      greatest_pixel = std::max(greatest_pixel, pixel);
    }
    largest_product_ = largest_weight * std::max(greatest_pixel, -least_pixel);

    std::iota(filters_.begin(), filters_.end(), 0);
    std::stable_sort(filters_.begin(), filters_.end(), [&](int a, int b) {
      return magnitude[static_cast<std::size_t>(a)] > magnitude[static_cast<std::size_t>(b)];
    });
    if (one_dot_product() || least_pixel == 0) {
      planes_.emplace_back(shape, activations, most_positions);
    } else {
      std::vector<std::int16_t> part(activations.size());
      const auto add_part = [&](auto kept) {
        std::transform(activations.begin(), activations.end(), part.begin(), kept);
        planes_.emplace_back(shape, part, most_positions);
      };
      add_part([](std::int16_t pixel) { return std::max<std::int16_t>(pixel, 0); });
      add_part([](std::int16_t pixel) { return std::min<std::int16_t>(pixel, 0); });
    }
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

  /// Weights of one sign, with a spare one behind.
  struct Taps {
    std::vector<Tap> all;
    std::vector<std::size_t> first{0};  ///< of each filter, and the end

    [[nodiscard]] std::span<const Tap> of(int k) const {
      const auto filter = static_cast<std::size_t>(k);
      return std::span(all).subspan(first[filter], first[filter + 1] - first[filter]);
    }
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
    return static_cast<std::size_t>(shape_.P() - 1) * planes_.front().pitch() + static_cast<std::size_t>(shape_.Q());
  }
  /// So many shifted products never exceed 32 bits.
  [[nodiscard]] std::size_t safe_terms(int shift) const {
    return static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max() / ((largest_product_ >> shift) + 1));
  }

  void list_taps() {
    std::vector<std::uint32_t> places;  // (C, R, S)
    for (int c = 0; c < shape_.C; ++c) {
      for (int r = 0; r < shape_.R; ++r) {
        for (int s = 0; s < shape_.S; ++s) places.push_back(static_cast<std::uint32_t>(planes_.front().place(c, r, s)));
      }
    }
    const auto count = [&](auto is_listed) {
      return static_cast<std::size_t>(std::count_if(weights_.begin(), weights_.end(), is_listed));
    };
    positive_.all.resize(count([](std::int16_t weight) { return weight > 0; }) + 1);
    negative_.all.resize(count([](std::int16_t weight) { return weight < 0; }) + 1);
    std::size_t positive = 0;
    std::size_t negative = 0;
    for (int k = 0; k < shape_.K; ++k) {
      auto place = places.begin() + std::ptrdiff_t{first_channel(k)} * shape_.R * shape_.S;
      // Signs cannot be predicted: write each weight to both, and the next one over one of another sign.
      for (const std::int16_t weight : filter(k)) {
        positive_.all[positive] = negative_.all[negative] = {*place++, weight};
        positive += weight > 0 ? 1 : 0;
        negative += weight < 0 ? 1 : 0;
      }
      positive_.first.push_back(positive);
      negative_.first.push_back(negative);
    }
  }

  void add_taps(Block& block, int shift) const {
    for (const PhasePlanes& planes : planes_) {
      add_taps(block, shift, planes, positive_);
      add_taps(block, shift, planes, negative_);
    }
  }

  /// All terms are of one sign, so the magnitude of their sum is that of their magnitudes.
  void add_taps(Block& block, int shift, const PhasePlanes& planes, const Taps& taps) const {
    std::array<std::int32_t, most_positions> sums;  // NOLINT(*member-init): as many are written as are read
    for (std::span<const Tap> left = taps.of(block.k); !left.empty();) {
      const std::size_t count = std::min(left.size(), safe_terms(shift));
      sum_taps(planes.pixels() + block.first, left.first(count), block.size, shift, sums);
      for (std::size_t i = 0; i < block.size; ++i) {
        block.products[i] += sums[i];
        block.magnitudes[i] += std::abs(sums[i]);
      }
      left = left.subspan(count);
    }
  }

  void add_dot_product(Block& block, int shift) const {
    std::span<const std::int16_t> weights = filter(block.k);
    const std::int32_t* pixels = planes_.front().pixels() + planes_.front().place(first_channel(block.k), 0, 0);
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
    const std::size_t pitch = planes_.front().pitch();
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
  std::vector<PhasePlanes> planes_;  ///< unless a filter is one dot product, of pixels of one sign each
  std::vector<int> filters_;
  std::int32_t largest_product_ = 0;  ///< bound of the magnitudes of all products
  Taps positive_;                     ///< unless a filter is one dot product
  Taps negative_;                     ///< likewise
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
  const auto few = layer.filters().first((layer.filters().size() + 127) / 128);
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
