#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "pruning/tensor.hpp"
#include "workloads/network.hpp"

namespace train {

/// What is drawn: disc, square, triangle, cross, star, ring, crescent, bar, half disc, angle.
inline constexpr int shape_classes = 10;

/// How hard the shapes are to tell. Colours and noise are shares of the full scale, lengths of the image's side.
struct Drawing {
  double noise = 0.1;       ///< every channel of every pixel is off by up to as much, evenly distributed
  double contrast = 0.3;    ///< least difference of shape and background, in the channel where they differ most
  double least_size = 0.3;  ///< radius of the smallest shape; the largest has 0.45
  double slant = 0.5;       ///< tangent of the largest angle by which a shape is rotated either way
  int specks = 0;           ///< discs of any colour and radius 0.02 to 0.08, as many behind the shape as before it
  bool operator==(const Drawing&) const = default;
};

struct LabelledImages {
  pruning::Tensor<float> images;     ///< (N, C, H, W), multiples of 1/128 from -1 to 127/128
  std::vector<std::int64_t> labels;  ///< class of every image, from 0
};

/// Images of one shape each, in any position, size, rotation and colours, on a background; both fade from one colour to
/// another. An image is the same on every machine and depends on the arguments and its number alone.
/// @param set images of different sets differ, of the same seed too: `training`, `test`
/// @param first, count numbers of the images
/// @param size of an image; 1 to 3 channels
LabelledImages draw_shapes(const Drawing& drawing, std::uint64_t seed, std::string_view set, std::int64_t first,
                           std::int64_t count, const workloads::PlaneShape& size);

}  // namespace train
