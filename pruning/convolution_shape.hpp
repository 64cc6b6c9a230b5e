#pragma once

#include <cstdint>

namespace pruning {

/// Two numbers that go with the rows and the columns of a plane.
struct RowsColumns {
  int rows = 1;
  int columns = 1;
  bool operator==(const RowsColumns&) const = default;
};

/// Geometry of a convolution, in the letters of the literature. A fully connected layer is a
/// 1x1 convolution on a 1x1 plane.
struct ConvolutionShape {
  int C = 1;  ///< input channels
  int H = 1;  ///< input rows
  int W = 1;  ///< input columns
  int K = 1;  ///< output channels
  int R = 1;  ///< filter rows
  int S = 1;  ///< filter columns
  RowsColumns stride{1, 1};
  RowsColumns padding{0, 0};
  RowsColumns dilation{1, 1};
  int groups = 1;  ///< channel groups; divides C and K

  bool operator==(const ConvolutionShape&) const = default;

  /// Output rows; 0 or less if the filter does not fit into the padded input.
  [[nodiscard]] int P() const { return output_extent(H, padding.rows, dilation.rows, R, stride.rows); }
  /// Output columns; 0 or less if the filter does not fit into the padded input.
  [[nodiscard]] int Q() const { return output_extent(W, padding.columns, dilation.columns, S, stride.columns); }
  [[nodiscard]] int channels_per_group() const { return C / groups; }
  [[nodiscard]] int filters_per_group() const { return K / groups; }
  [[nodiscard]] std::int64_t weight_count() const { return std::int64_t{1} * K * channels_per_group() * R * S; }
  /// Multiply-accumulates of the dense layer, those with padding included.
  [[nodiscard]] std::int64_t macs() const { return weight_count() * P() * Q(); }

 private:
  static int output_extent(int in, int padding, int dilation, int taps, int stride) {
    const int reach = in + 2 * padding - dilation * (taps - 1) - 1;
    return reach < 0 ? 0 : reach / stride + 1;
  }
};

}  // namespace pruning
