#pragma once

#include <optional>
#include <vector>

#include "models/scnn/mapping.hpp"
#include "sim/accelerator.hpp"
#include "sim/layer_evaluator.hpp"
#include "sim/placement.hpp"

namespace sim {

/// What is known of which activations fit on a machine's chip, by layer and image. Layers that are simulated say so
/// themselves; of the others as little is computed as their neighbours' placement needs.
class LayerFits {
 public:
  /// Begins with what the layers' shapes alone tell.
  /// @throws pruning::InputError for a layer whose partial sums do not fit the accumulators however it is cut
  LayerFits(LayerEvaluator& evaluator, Machine machine, const Accelerator& accelerator);

  [[nodiscard]] const LayerFit& known(std::size_t layer, std::size_t image) const { return fits_[image][layer]; }
  void learn(std::size_t layer, std::size_t image, const LayerFit& fit) { fits_[image][layer] = fit; }
  /// Learns what the input of a layer tells, (C, H, W).
  void learn_from_input(std::size_t layer, std::size_t image, const pruning::Tensor<float>& input);
  void learn_from(std::size_t layer, std::size_t image, const EvaluatedLayer& evaluated);

  /// Makes the effort if that is needed and allowed; of a layer that has no input of its own it must be known already.
  std::optional<bool> ask(const Border& border, std::size_t image, Effort effort);

 private:
  LayerEvaluator& evaluator_;
  Machine machine_;
  const Accelerator& accelerator_;
  std::vector<std::vector<LayerFit>> fits_;  ///< by image and layer
};

/// What the shape alone tells: a stream never has more elements than its tile has positions. Of a dense machine and
/// of EIE that is all.
LayerFit fit_of_shape(const pruning::ConvolutionShape& shape, Machine machine, const Accelerator& accelerator);

/// How the layer is laid onto the machine. @throws pruning::InputError if its partial sums do not fit
scnn::Mapping mapping_of(const workloads::Layer& layer, const scnn::LayerOperands& operands,
                         const scnn::Parameters& accelerator);

}  // namespace sim
