#pragma once

#include <span>
#include <vector>

#include "pruning/convolution_shape.hpp"
#include "pruning/tensor.hpp"
#include "pruning/weights_file.hpp"
#include "workloads/network.hpp"

namespace workloads {

/// Evaluation of single layers in float32, on the calling thread alone and with the same instructions
/// on every host, so that the result is the same everywhere. Activations are (C, H, W).

/// A convolution or fully connected layer, without ReLU, by oneDNN.
/// @param input (C, H, W), or any tensor of C values for a fully connected layer
/// @param weights (K, C/G, R, S) or (K, C)
/// @param bias (K), or empty
/// @return (K, P, Q)
pruning::Tensor<float> convolve(const pruning::ConvolutionShape& shape, const pruning::Tensor<float>& input,
                                const pruning::Tensor<float>& weights, std::span<const float> bias);

/// Any layer but conv and linear, with its ReLU.
/// @param inputs what `layer.inputs` lists, in that order
/// @param norm the statistics of a batch_norm layer; no other needs any
pruning::Tensor<float> apply(const Layer& layer, const std::vector<const pruning::Tensor<float>*>& inputs,
                             const pruning::BatchNorm* norm);

/// max(0, x)
void rectify(pruning::Tensor<float>& values);

}  // namespace workloads
