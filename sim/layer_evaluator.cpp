#include "sim/layer_evaluator.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "pruning/fixed_point.hpp"
#include "workloads/fixed_point_convolution.hpp"
#include "workloads/forward.hpp"

namespace sim {

namespace {

using pruning::Tensor;
using workloads::Layer;

Deviation deviation(const std::vector<float>& reference, const std::vector<float>& ours) {
  Deviation result;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double difference = static_cast<double>(ours[i]) - static_cast<double>(reference[i]);
    result.signal += static_cast<double>(reference[i]) * static_cast<double>(reference[i]);
    result.noise += difference * difference;
    result.largest_difference = std::max(result.largest_difference, std::abs(difference));
  }
  return result;
}

std::vector<std::int64_t> quantise_bias(const Layer& layer, const std::vector<float>& bias, int exponent) {
  std::vector<std::int64_t> result;
  for (const float b : bias) {
    const double scaled = std::round(std::ldexp(static_cast<double>(b), -exponent));
    if (std::abs(scaled) >= std::ldexp(1.0, 46)) {
      throw pruning::InputError(layer.location, "layer " + layer.name + ": a bias of " + std::to_string(b) +
                                                    " is out of all proportion to the layer's sums");
    }
    result.push_back(static_cast<std::int64_t>(scaled));
  }
  return result;
}

std::vector<std::int64_t> with_bias(std::vector<std::int64_t> sums, const std::vector<std::int64_t>& bias) {
  if (bias.empty()) return sums;
  const std::size_t plane = sums.size() / bias.size();
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += bias[i / plane];
  return sums;
}

/// ReLU and rounding to 16 bits, with the finest scale that fits.
void post_process(EvaluatedLayer& evaluated, std::vector<std::int64_t> finished) {
  const std::int64_t least = evaluated.operands.relu ? 0 : std::numeric_limits<std::int64_t>::min();
  std::int64_t smallest = std::numeric_limits<std::int64_t>::max();
  std::int64_t largest = std::numeric_limits<std::int64_t>::min();
  for (std::int64_t& value : finished) {
    value = std::max(value, least);
    smallest = std::min(smallest, value);
    largest = std::max(largest, value);
  }
  const int shift = pruning::finest_shift_to_16_bits(smallest, largest);
  evaluated.operands.output_shift = shift;
  evaluated.outputs.resize(finished.size());
  std::transform(finished.begin(), finished.end(), evaluated.outputs.begin(), [shift](std::int64_t value) {
    return static_cast<std::int16_t>(pruning::shift_round_half_up(value, shift));
  });
}

}  // namespace

Tensor<float> EvaluatedLayer::output() const {
  const auto& shape = operands.shape;
  return pruning::dequantise({{{shape.K, shape.P(), shape.Q()}, outputs}, exponent + operands.output_shift});
}

LayerEvaluator::LayerEvaluator(const RunFile& run)
    : run_(run),
      fused_(workloads::fuse(run.network)),
      weights_(run, fused_.network, fused_.folded),
      activations_(run, fused_.network) {}

std::shared_ptr<const LayerWeights> LayerEvaluator::weights_of(std::size_t layer) {
  auto& [last, weights] = last_weights_;
  if (!weights || last != layer) {
    weights.reset();  // before the next take memory
    LayerWeights read = weights_.read(network().layers[layer]);
    if (run_.timing_only) read.pruned = {};
    weights = std::make_shared<const LayerWeights>(std::move(read));
    last = layer;
  }
  return weights;
}

EvaluatedLayer LayerEvaluator::evaluate(std::size_t index, Tensor<float> input) {
  const Layer& layer = network().layers[index];
  const auto& shape = layer.convolution;
  EvaluatedLayer evaluated;
  evaluated.weights = weights_of(index);
  pruning::FixedPointTensor quantised = pruning::quantise(input);
  if (!run_.timing_only) evaluated.input = std::move(input);

  scnn::LayerOperands& operands = evaluated.operands;
  operands.shape = shape;
  operands.filters = evaluated.weights->filters;
  operands.activations = std::move(quantised.tensor.values);
  operands.relu = layer.relu;
  operands.temporal_tiles = temporal_tiles(index);
  workloads::FixedPointSums products = workloads::sum_products(shape, operands.filters->weights, operands.activations,
                                                               static_cast<int>(run_.accelerator.accumulator_bits));
  operands.product_shift = products.shift;
  evaluated.sums = std::move(products.sums);
  evaluated.exponent = evaluated.weights->exponent + quantised.exponent + operands.product_shift;
  operands.bias = quantise_bias(layer, evaluated.weights->bias, evaluated.exponent);
  if (run_.timing_only) {
    post_process(evaluated, with_bias(std::exchange(evaluated.sums, {}), operands.bias));
  } else {
    post_process(evaluated, with_bias(evaluated.sums, operands.bias));
  }
  return evaluated;
}

std::optional<pruning::RowsColumns> LayerEvaluator::temporal_tiles(std::size_t layer) const {
  const auto found = run_.temporal_tiles.find(network().layers[layer].name);
  if (found == run_.temporal_tiles.end()) return std::nullopt;
  return found->second;
}

Tensor<float> LayerEvaluator::apply(std::size_t index, const std::vector<const Tensor<float>*>& inputs) const {
  const Layer& layer = network().layers[index];
  std::optional<pruning::BatchNorm> norm;
  if (layer.type == workloads::LayerType::batch_norm) norm = weights_.batch_norm(layer);
  return workloads::apply(layer, inputs, norm ? &*norm : nullptr);
}

LayerEvaluator::Deviations LayerEvaluator::deviations(std::size_t index, std::size_t image,
                                                      const EvaluatedLayer& evaluated) const {
  const Layer& layer = network().layers[index];
  const double scale = std::ldexp(1.0, evaluated.exponent);
  std::vector<float> ours;
  ours.reserve(evaluated.sums.size());
  for (const std::int64_t value : with_bias(evaluated.sums, evaluated.operands.bias)) {
    ours.push_back(static_cast<float>(static_cast<double>(value) * scale));
  }
  const LayerWeights& weights = *evaluated.weights;
  Deviations result;
  result.float32 =
      deviation(workloads::convolve(layer.convolution, evaluated.input, weights.pruned, weights.bias).values, ours);
  // A recorded output is that of the layer itself, before any batch normalisation.
  if (!fused_.folded.contains(layer.name)) {
    const auto recorded = activations_.output(layer, image);
    if (recorded) result.recorded = deviation(recorded->values, ours);
  }
  return result;
}

}  // namespace sim
