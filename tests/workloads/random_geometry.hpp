#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>

#include "pruning/convolution_shape.hpp"

namespace workloads {

/// A small convolution of any stride, padding, dilation, groups and aspect whose filter fits into its padded input.
inline rc::Gen<pruning::ConvolutionShape> random_geometry() {
  return rc::gen::exec([] {
    const auto from = [](int least, int most) { return *rc::gen::inRange(least, most + 1); };
    pruning::ConvolutionShape shape;
    shape.groups = from(1, 3);
    shape.C = shape.groups * from(1, 4);
    shape.K = shape.groups * from(1, 4);
    shape.R = from(1, 4);
    shape.S = from(1, 4);
    shape.stride = {from(1, 3), from(1, 3)};
    shape.padding = {from(0, 3), from(0, 3)};
    shape.dilation = {from(1, 3), from(1, 3)};
    const int least_rows = std::max(1, shape.dilation.rows * (shape.R - 1) + 1 - 2 * shape.padding.rows);
    const int least_columns = std::max(1, shape.dilation.columns * (shape.S - 1) + 1 - 2 * shape.padding.columns);
    shape.H = from(least_rows, least_rows + 9);
    shape.W = from(least_columns, least_columns + 9);
    return shape;
  });
}

/// Calls `use(output, weight, pixel)` for every pair of a weight and a pixel inside the input that meet in an output;
/// all are positions in the tensors.
template <class Use>
void for_each_product(const pruning::ConvolutionShape& shape, const Use& use) {
  const int channels = shape.C / shape.groups;
  for (int k = 0; k < shape.K; ++k) {
    for (int oy = 0; oy < shape.P(); ++oy) {
      for (int ox = 0; ox < shape.Q(); ++ox) {
        for (int c = 0; c < channels; ++c) {
          for (int r = 0; r < shape.R; ++r) {
            for (int s = 0; s < shape.S; ++s) {
              const int y = oy * shape.stride.rows + r * shape.dilation.rows - shape.padding.rows;
              const int x = ox * shape.stride.columns + s * shape.dilation.columns - shape.padding.columns;
              if (y < 0 || y >= shape.H || x < 0 || x >= shape.W) continue;
              const int input_channel = k / (shape.K / shape.groups) * channels + c;
              use(static_cast<std::size_t>((k * shape.P() + oy) * shape.Q() + ox),
                  static_cast<std::size_t>(((k * channels + c) * shape.R + r) * shape.S + s),
                  static_cast<std::size_t>((input_channel * shape.H + y) * shape.W + x));
            }
          }
        }
      }
    }
  }
}

}  // namespace workloads

namespace rc {

/// Shows a geometry in the report of a failed property.
template <>
struct Arbitrary<pruning::ConvolutionShape> {
  static Gen<pruning::ConvolutionShape> arbitrary() { return workloads::random_geometry(); }
};

}  // namespace rc

namespace pruning {

inline void showValue(const ConvolutionShape& shape, std::ostream& out) {
  out << "C" << shape.C << " H" << shape.H << " W" << shape.W << " K" << shape.K << " R" << shape.R << " S" << shape.S
      << " stride " << shape.stride.rows << ',' << shape.stride.columns << " padding " << shape.padding.rows << ','
      << shape.padding.columns << " dilation " << shape.dilation.rows << ',' << shape.dilation.columns << " groups "
      << shape.groups;
}

}  // namespace pruning
