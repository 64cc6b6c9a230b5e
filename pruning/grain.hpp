#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pruning/convolution_shape.hpp"
#include "pruning/tensor.hpp"

namespace pruning {

/// Granularity of pruning, after Mao et al., "Exploring the Regularity of Sparse Structure in
/// Convolutional Neural Networks" (2017): the block of weights that is kept or removed as one.
enum class Granularity {
  none,    ///< not pruned; coded like `fine`
  fine,    ///< 0-D: one weight
  vector,  ///< 1-D: one filter row (k, c, r) of S weights
  kernel,  ///< 2-D: one kernel (k, c) of R S weights
  filter   ///< 3-D: one filter k of C/G R S weights
};

std::string_view name_of(Granularity granularity);
/// Whether the weights of a kept grain are stored whole, zeros included, under one index.
bool is_coarse(Granularity granularity);
/// Weights in one grain of a filter tensor (K, C/G, R, S) or (K, C): 1, S, R S or C/G R S.
std::int64_t grain_size(Granularity granularity, const Shape& filters);

/// Which weights of a filter tensor survive.
struct Mask {
  Granularity granularity = Granularity::none;
  std::int64_t grain_size = 1;
  std::vector<std::uint8_t> kept_grains;  ///< 1: kept; in k, c, r, s order

  [[nodiscard]] bool keeps(std::int64_t weight) const {
    return kept_grains[static_cast<std::size_t>(weight / grain_size)] != 0;
  }
  [[nodiscard]] std::int64_t grains() const { return static_cast<std::int64_t>(kept_grains.size()); }
  [[nodiscard]] std::int64_t kept() const;
};

/// Grains that pruning keeps of `grains`: floor(density grains + 1/2), or all with `none`, whatever the density.
/// @param density 0 to 1
std::int64_t kept_count(Granularity granularity, std::int64_t grains, double density);

/// Keeps the most salient of the grains, `kept_count` of them; the saliency of a grain is the
/// sum of the magnitudes of its weights, and of equals the earlier in k, c, r, s order stays.
/// @param filters (K, C/G, R, S) or (K, C), finite values
/// @param density 0 to 1
Mask select_grains(const Tensor<float>& filters, Granularity granularity, double density);

/// The tensor with the removed weights set to zero.
Tensor<float> apply(const Mask& mask, Tensor<float> filters);

}  // namespace pruning
