#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/hdf5_file.hpp"
#include "pruning/weights_file.hpp"

namespace pruning {

/// Where the weight (k, c, r, s) stands in its data set: at `first + k strides[0] + c strides[1] + r strides[2] +
/// s strides[3]`. Covers every order the frameworks use, flipped kernels too (negative strides).
struct StoredOrder {
  std::int64_t first = 0;
  std::array<std::int64_t, 4> strides{};

  [[nodiscard]] std::int64_t position(std::int64_t k, std::int64_t c, std::int64_t r, std::int64_t s) const {
    return first + k * strides[0] + c * strides[1] + r * strides[2] + s * strides[3];
  }
};

/// A convolution or fully connected layer and its data sets; an empty path means there is none.
struct StoredLayer {
  std::string name;
  Shape shape;  ///< (K, C/G, R, S) or (K, C)
  StoredOrder order;
  std::string weights;
  std::string bias;
  std::string mask;            ///< where the mask stands or would stand
  bool masked_on_use = false;  ///< the weights are those before pruning, to be multiplied with the mask
  bool flattened_hwc = false;  ///< a feature map in front of it is flattened H, W, C, not C, H, W
};

/// A batch normalisation and its data sets; an empty path means there is none.
struct StoredNorm {
  std::string name;
  std::string gamma;
  std::string beta;
  std::string mean;
  std::string variance;
  std::string scale_factor;  ///< Caffe: mean and variance are stored times this number
};

/// What a weights file holds, found by its layout's rules.
struct WeightsIndex {
  std::vector<StoredLayer> layers;
  std::vector<StoredNorm> norms;
  std::map<std::string, std::string, std::less<>> unsupported;  ///< layer or norm to why it cannot be read
};

/// How a kernel of four dimensions is stored.
enum class KernelOrder {
  kcrs,          ///< Caffe, PyTorch
  kcrs_flipped,  ///< Keras on Theano: true convolutions, rows and columns reversed
  rsck,          ///< Keras
  rsck_flipped,
  rscm  ///< Keras, depthwise: channel c gives the outputs c M .. c M + M - 1, one channel group each
};

/// Sets shape and order of a layer from its stored shape. @return false, and why in `index.unsupported`, unless
/// it has four or, fully connected, two dimensions
/// @param inputs_first a fully connected layer is stored (C, K)
bool set_shape(StoredLayer& layer, const Shape& stored, KernelOrder order, bool inputs_first, WeightsIndex& index);

/// The layout of a file, nothing if it is none that is known. @throws InputError if it could be several
std::optional<WeightsLayout> recognise_layout(const Hdf5File& file);
/// What `recognise_layout` looks for, for messages.
std::string_view known_layouts();
/// What an unrecognised file holds, for messages: `found 2 data sets: a, b`.
std::string summary(const Hdf5File& file);

WeightsIndex index_pytorch(const Hdf5File& file);
WeightsIndex index_keras2(const Hdf5File& file);
WeightsIndex index_keras3(const Hdf5File& file);
WeightsIndex index_caffe(const Hdf5File& file);

/// Text after the last slash, and before it (empty if there is none).
std::string leaf_of(std::string_view path);
std::string parent_of(std::string_view path);

}  // namespace pruning
