#include "sim/layer_fits.hpp"

#include <algorithm>

#include "models/dense/mapping.hpp"
#include "models/eie/eie.hpp"
#include "pruning/fixed_point.hpp"
#include "pruning/input_error.hpp"
#include "sim/machine_choice.hpp"

namespace sim {

namespace {

/// Positions of the fullest PE, in one channel. @param window of a tile
template <class WindowOf>
std::int64_t largest(const scnn::Pass& pass, WindowOf window) {
  std::int64_t positions = 0;
  for (const scnn::PeTile& tile : pass.tiles) positions = std::max<std::int64_t>(positions, window(tile).size());
  return positions;
}

/// Of a mapped layer: its output is settled if its owned positions fit, or if it takes several passes.
LayerFit fit_of_mapping(const pruning::ConvolutionShape& shape, const scnn::Mapping& mapping,
                        const scnn::Parameters& accelerator) {
  LayerFit fit;
  fit.input_can_stay = mapping.input_can_stay_on_chip();
  if (mapping.passes.size() > 1) {
    fit.output_can_stay = false;
  } else if (shape.K * largest(mapping.passes.front(), [](const auto& tile) { return tile.owned; }) <=
             accelerator.oaram_elements) {
    fit.output_can_stay = true;
  }
  return fit;
}

/// @throws pruning::InputError if partial sums do not fit; which activations there are makes no difference to that
void check_accumulators(const workloads::Layer& layer, std::optional<pruning::RowsColumns> tiles,
                        const scnn::Parameters& accelerator) {
  scnn::LayerOperands operands;
  operands.temporal_tiles = tiles;
  operands.shape = layer.convolution;
  operands.shape.C = operands.shape.K = operands.shape.groups = 1;  // what a PE holds of one channel is what counts
  operands.activations.assign(static_cast<std::size_t>(operands.shape.H) * static_cast<std::size_t>(operands.shape.W),
                              0);
  static_cast<void>(mapping_of(layer, operands, accelerator));
}

}  // namespace

scnn::Mapping mapping_of(const workloads::Layer& layer, const scnn::LayerOperands& operands,
                         const scnn::Parameters& accelerator) {
  try {
    return scnn::map_layer(operands, accelerator);
  } catch (const scnn::LayerDoesNotFit& error) {
    throw pruning::InputError(layer.location, "layer " + layer.name + " does not fit the machine: " + error.what());
  }
}

LayerFit fit_of_shape(const pruning::ConvolutionShape& shape, Machine machine, const Accelerator& accelerator) {
  if (machine == Machine::eie) {
    const std::int64_t inputs = std::int64_t{1} * shape.C * shape.H * shape.W;
    const std::int64_t outputs = std::int64_t{1} * shape.K * shape.P() * shape.Q();
    return {eie::activations_stay(inputs, accelerator.eie), eie::activations_stay(outputs, accelerator.eie)};
  }
  if (is_dense(machine)) {
    const dense::Mapping mapping = dense::map_layer(shape, accelerator);
    return {mapping.input_can_stay_on_chip(), mapping.output_can_stay_on_chip()};
  }
  const scnn::Pass whole = scnn::map_pass(shape, {{0, shape.P()}, {0, shape.Q()}}, accelerator, true);
  if (whole.largest_accumulator_tile() > accelerator.partial_sums()) return {false, false};  // several passes
  if (shape.C * largest(whole, [](const auto& tile) { return tile.input; }) > accelerator.iaram_elements) return {};
  scnn::Mapping mapping;
  mapping.passes.push_back(whole);
  return fit_of_mapping(shape, mapping, accelerator);
}

LayerFits::LayerFits(LayerEvaluator& evaluator, Machine machine, const Accelerator& accelerator)
    : evaluator_(evaluator), machine_(machine), accelerator_(accelerator) {
  std::vector<LayerFit> fits;
  for (std::size_t i = 0; i < evaluator.network().layers.size(); ++i) {
    const workloads::Layer& layer = evaluator.network().layers[i];
    fits.emplace_back();
    if (!layer.on_accelerator()) continue;
    const std::optional<pruning::RowsColumns> tiles = evaluator.temporal_tiles(i);
    const bool cut = takes_temporal_tiles(machine);
    if (cut) check_accumulators(layer, tiles, accelerator);
    if (cut && tiles && *tiles != pruning::RowsColumns{1, 1}) {
      fits.back() = {false, false};
    } else {
      fits.back() = fit_of_shape(layer.convolution, machine, accelerator);
    }
  }
  fits_.assign(evaluator.activations().images(), fits);
}

void LayerFits::learn_from_input(std::size_t index, std::size_t image, const pruning::Tensor<float>& input) {
  if (known(index, image).complete()) return;
  const workloads::Layer& layer = evaluator_.network().layers[index];
  scnn::LayerOperands operands;
  operands.shape = layer.convolution;
  operands.dense = dense_operand(machine_);
  operands.temporal_tiles = evaluator_.temporal_tiles(index);
  operands.activations = pruning::quantise(input).tensor.values;
  learn(index, image, fit_of_mapping(operands.shape, mapping_of(layer, operands, accelerator_), accelerator_));
}

void LayerFits::learn_from(std::size_t index, std::size_t image, const EvaluatedLayer& evaluated) {
  if (known(index, image).complete()) return;
  const workloads::Layer& layer = evaluator_.network().layers[index];
  scnn::LayerOperands operands = evaluated.operands;
  operands.dense = dense_operand(machine_);
  const scnn::Mapping mapping = mapping_of(layer, operands, accelerator_);
  LayerFit fit = fit_of_mapping(layer.convolution, mapping, accelerator_);
  if (!fit.output_can_stay) {  // one pass
    fit.output_can_stay =
        scnn::oaram_use(operands, evaluated.outputs, mapping.passes.front(), accelerator_).fullest_pe <=
        accelerator_.oaram_elements;
  }
  learn(index, image, fit);
}

std::optional<bool> LayerFits::ask(const Border& border, std::size_t image, Effort effort) {
  const LayerFit& fit = known(border.layer, image);
  const workloads::Layer& layer = evaluator_.network().layers[border.layer];
  const auto input = [&] { return evaluator_.activations().input(layer, image); };
  // The input settles an input; an output it may.
  if (!fit.at(border.side) && !fit.input_can_stay && effort != Effort::none) {
    learn_from_input(border.layer, image, input());
  }
  if (!fit.at(border.side) && effort == Effort::evaluate_layer) {
    learn_from(border.layer, image, evaluator_.evaluate(border.layer, input()));
  }
  return fit.at(border.side);
}

}  // namespace sim
