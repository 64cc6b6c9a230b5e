#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "pruning/tensor.hpp"
#include "sim/activation_source.hpp"
#include "sim/layer_weights.hpp"
#include "sim/run_file.hpp"
#include "workloads/fuse.hpp"
#include "workloads/network.hpp"

namespace sim {

/// One accelerator layer on one image: what the machine is given, and what a dense convolution in the machine's
/// arithmetic says must come out.
struct EvaluatedLayer {
  pruning::Tensor<float> input;  ///< (C, H, W), before quantisation; empty if timing only
  std::shared_ptr<const LayerWeights> weights;
  scnn::LayerOperands operands;
  std::vector<std::int64_t> sums;     ///< (K, P, Q), before bias; empty if timing only
  std::vector<std::int16_t> outputs;  ///< (K, P, Q), after post-processing
  int exponent = 0;                   ///< value of a partial sum = sum * 2^exponent

  /// What the layers that read this one are given.
  [[nodiscard]] pruning::Tensor<float> output() const;
};

/// The layers of a run's network as arithmetic, apart from any machine's timing: those of the accelerator in its own
/// fixed-point arithmetic, the others in float32. So what a layer reads is what the machine left there, rounded by the
/// post-processing unit. Processes that are forked may read on: HDF5 reads with pread, which leaves the position in a
/// shared file alone. Every member throws pruning::InputError for tensors that cannot be read.
class LayerEvaluator {
 public:
  /// Opens the tensor files of the run and checks their names and shapes; reads no values.
  explicit LayerEvaluator(const RunFile& run);
  LayerEvaluator(const LayerEvaluator&) = delete;
  LayerEvaluator& operator=(const LayerEvaluator&) = delete;

  [[nodiscard]] const workloads::Network& network() const { return fused_.network; }
  [[nodiscard]] const ActivationSource& activations() const { return activations_; }

  /// An accelerator layer, by its position in the network, on an input.
  [[nodiscard]] EvaluatedLayer evaluate(std::size_t layer, pruning::Tensor<float> input);
  /// A layer that is not on the accelerator. @param inputs one per layer that it reads
  [[nodiscard]] pruning::Tensor<float> apply(std::size_t layer,
                                             const std::vector<const pruning::Tensor<float>*>& inputs) const;

  /// How the run has a layer cut, if it says so.
  [[nodiscard]] std::optional<pruning::RowsColumns> temporal_tiles(std::size_t layer) const;

  /// How far the layer's sums, with bias, are from float32 arithmetic, and from what is recorded of the image.
  struct Deviations {
    std::optional<Deviation> float32;
    std::optional<Deviation> recorded;
  };
  [[nodiscard]] Deviations deviations(std::size_t layer, std::size_t image, const EvaluatedLayer& evaluated) const;

 private:
  [[nodiscard]] std::shared_ptr<const LayerWeights> weights_of(std::size_t layer);

  const RunFile& run_;
  workloads::FusedNetwork fused_;
  WeightSource weights_;
  ActivationSource activations_;
  /// The weights read last, which the next image needs again.
  std::pair<std::size_t, std::shared_ptr<const LayerWeights>> last_weights_;
};

}  // namespace sim
