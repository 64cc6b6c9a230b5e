#include "sim/forward_pass.hpp"

#include <algorithm>
#include <optional>

namespace sim {

using pruning::Tensor;
using workloads::Layer;

void Demand::complete(const LayerEvaluator& evaluator) {
  const auto& layers = evaluator.network().layers;
  for (std::size_t i = layers.size(); i-- > 0;) {
    if (outputs[i]) inputs[i] = true;
    if (!inputs[i] || evaluator.activations().has_input(layers[i])) continue;
    for (const int source : layers[i].inputs) {
      if (source >= 0) outputs[static_cast<std::size_t>(source)] = true;
    }
  }
}

bool Demand::any_output() const {
  return std::find(outputs.begin(), outputs.end(), true) != outputs.end();
}

ForwardPass::ForwardPass(const LayerEvaluator& evaluator, const Demand& demand)
    : evaluator_(evaluator), outputs_(evaluator.activations().images()) {
  const auto& layers = evaluator.network().layers;
  for (auto& image : outputs_) image.resize(layers.size());
  last_reader_.assign(layers.size(), 0);
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (!demand.inputs[i]) continue;
    evaluator.activations().require_input(layers[i]);
    for (const int source : layers[i].inputs) {
      if (source >= 0) last_reader_[static_cast<std::size_t>(source)] = i;
    }
  }
}

Tensor<float> ForwardPass::input(std::size_t index, std::size_t image) const {
  const Layer& layer = evaluator_.network().layers[index];
  if (evaluator_.activations().has_input(layer)) return evaluator_.activations().input(layer, image);
  return outputs_[image][static_cast<std::size_t>(layer.inputs.front())];
}

void ForwardPass::put(std::size_t layer, std::size_t image, Tensor<float> output) {
  auto& outputs = outputs_[image];
  if (last_reader_[layer] > layer || layer + 1 == outputs.size()) outputs[layer] = std::move(output);
}

void ForwardPass::apply(std::size_t index, std::size_t image) {
  const Layer& layer = evaluator_.network().layers[index];
  std::vector<const Tensor<float>*> inputs;
  std::optional<Tensor<float>> own;
  if (layer.inputs.front() < 0) {
    inputs.push_back(&own.emplace(evaluator_.activations().input(layer, image)));
  } else {
    for (const int source : layer.inputs) inputs.push_back(&outputs_[image][static_cast<std::size_t>(source)]);
  }
  put(index, image, evaluator_.apply(index, inputs));
}

void ForwardPass::release(std::size_t index) {
  for (const int source : evaluator_.network().layers[index].inputs) {
    if (source < 0 || last_reader_[static_cast<std::size_t>(source)] != index) continue;
    for (auto& image : outputs_) image[static_cast<std::size_t>(source)] = {};
  }
}

}  // namespace sim
