#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pruning/convolution_shape.hpp"

namespace workloads {

// What a layer's tensors have in common with others, as synthetic tensors reproduce it; measured on the values that the
// machine holds, of which only whether they are zero matters. Results are the same everywhere.

struct WeightStatistics {
  double density = 0;        ///< share of weights that are not zero
  double row_occupancy = 0;  ///< share of filter rows (k, c, r) that hold one
  /// `SyntheticWeights::kernel_scale_sigma` with which many normal weights, pruned one by one by magnitude to this
  /// density, have this row occupancy. Small weights are gone from pruned layers, so it is their zeros that are
  /// matched; rows of one weight tell nothing, and neither do rows that are fuller than those of independent weights:
  /// 0.
  double kernel_scale_sigma = 0;
};

/// @param weights (K, C/G, R, S), pruned by single weights: coarser pruning puts its own grains in the place of
/// clusters
WeightStatistics weight_statistics(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> weights);

/// Share of rows that keep a weight in the large, as the above has it.
/// @param length weights in a row
double expected_row_occupancy(double density, double kernel_scale_sigma, int length);

struct ActivationStatistics {
  double density = 0;             ///< share of values that are not zero
  double channel_spread = 0;      ///< as of `SyntheticActivations`
  double correlation_length = 0;  ///< likewise; a multiple of 0.05 up to 50 pixels
};

/// Takes values for the parts above a common threshold of a field as in `SyntheticActivations`. From how often two
/// values a few pixels apart in a row or column of a channel are both above zero follows the correlation of the field
/// under them (tetrachoric). By distance d that is s + (1 - s) exp(-d / correlation_length), where s stems from the
/// channels' offsets: spread^2 / (1 + spread^2). Both are fitted by least squares to distances up to half of the plane
/// and 32.
/// @param images of (C, H, W) each
ActivationStatistics activation_statistics(const pruning::ConvolutionShape& shape,
                                           const std::vector<std::span<const std::int16_t>>& images);

}  // namespace workloads
