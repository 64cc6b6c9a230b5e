#pragma once

#include <cstddef>
#include <vector>

#include "pruning/tensor.hpp"
#include "sim/layer_evaluator.hpp"

namespace sim {

/// Which layers' inputs and outputs a run needs the values of.
struct Demand {
  std::vector<bool> inputs;   ///< by layer of the network
  std::vector<bool> outputs;  ///< likewise

  /// Adds what that asks for in turn: an output needs the layer's input, an input that is not the layer's own needs
  /// the outputs of the layers that it comes from.
  void complete(const LayerEvaluator& evaluator);
  /// Whether layers depend on each other.
  [[nodiscard]] bool any_output() const;
};

/// The activations of every image on their way through the network: outputs that later layers still read.
class ForwardPass {
 public:
  /// @param demand complete. @throws pruning::InputError if a layer's input is nowhere to be had
  ForwardPass(const LayerEvaluator& evaluator, const Demand& demand);

  /// Input of an accelerator layer: its own, or what the layers before put out.
  [[nodiscard]] pruning::Tensor<float> input(std::size_t layer, std::size_t image) const;
  /// Takes a layer's output, if a later layer reads it or the network ends with it.
  void put(std::size_t layer, std::size_t image, pruning::Tensor<float> output);
  /// Evaluates a layer that is not on the accelerator.
  void apply(std::size_t layer, std::size_t image);
  /// Frees outputs that no layer after this one reads.
  void release(std::size_t layer);
  /// What came out at the end of the network.
  [[nodiscard]] const pruning::Tensor<float>& result(std::size_t image) const { return outputs_[image].back(); }

 private:
  const LayerEvaluator& evaluator_;
  std::vector<std::vector<pruning::Tensor<float>>> outputs_;  ///< by image and layer
  std::vector<std::size_t> last_reader_;                      ///< by layer; 0 if there is none
};

}  // namespace sim
