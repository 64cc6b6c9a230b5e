#include "sim/activation_source.hpp"

#include <algorithm>
#include <string>

#include "pruning/input_error.hpp"
#include "workloads/synthetic.hpp"

namespace sim {

namespace {

bool reads_from_outside(const workloads::Layer& layer) {
  return layer.inputs.front() < 0;
}

}  // namespace

ActivationSource::ActivationSource(const RunFile& run, const workloads::Network& network)
    : run_(run), network_(network) {
  const auto* source = std::get_if<ActivationsFile>(&run.activations);
  if (source == nullptr) return;
  file_.emplace(source->path, network);
  for (const std::int64_t image : source->images) {
    if (image < file_->images()) continue;
    throw pruning::InputError(source->images_location, "image " + std::to_string(image) + " is not in " +
                                                           source->path.string() + ", which holds images 0 to " +
                                                           std::to_string(file_->images() - 1));
  }
  for (const workloads::Layer& layer : network.layers) {
    if (layer.on_accelerator()) require_input(layer);
  }
}

std::size_t ActivationSource::images() const {
  return file_ ? std::get<ActivationsFile>(run_.activations).images.size() : 1;
}

std::int64_t ActivationSource::number(std::size_t image) const {
  return std::get<ActivationsFile>(run_.activations).images[image];
}

bool ActivationSource::has_input(const workloads::Layer& layer) const {
  if (!file_) return layer.on_accelerator();
  if (!file_->has_input(layer)) return false;
  const bool recorded = std::get<ActivationsFile>(run_.activations).inputs == LayerInputs::recorded;
  return reads_from_outside(layer) || (layer.on_accelerator() && recorded);
}

pruning::Tensor<float> ActivationSource::input(const workloads::Layer& layer, std::size_t image) const {
  if (!file_) return workloads::synthetic_input(layer, std::get<workloads::SyntheticActivations>(run_.activations));
  return file_->input(layer, number(image));
}

std::optional<pruning::Tensor<float>> ActivationSource::output(const workloads::Layer& layer, std::size_t image) const {
  if (!file_ || !file_->has_output(layer)) return std::nullopt;
  return file_->output(layer, number(image));
}

bool ActivationSource::carries_images_through() const {
  const workloads::PlaneShape& last = network_.layers.back().output;
  return file_ && last.height == 1 && last.width == 1 &&
         std::all_of(network_.layers.begin(), network_.layers.end(), [&](const workloads::Layer& layer) {
           return !layer.on_accelerator() || reads_from_outside(layer) || !has_input(layer);
         });
}

std::optional<std::vector<int>> ActivationSource::labels() const {
  const std::vector<std::int64_t> all = file_->labels();
  if (all.empty()) return std::nullopt;
  std::vector<int> labels;
  for (std::size_t i = 0; i < images(); ++i)
    labels.push_back(static_cast<int>(all[static_cast<std::size_t>(number(i))]));
  return labels;
}

void ActivationSource::require_input(const workloads::Layer& layer) const {
  if (!file_ || !reads_from_outside(layer) || file_->has_input(layer)) return;
  throw pruning::InputError(
      {file_->path().string(), 0, 0, layer.name + "/input"},
      "missing, but the layer reads " + std::string(layer.inputs.front() == workloads::Layer::stands_alone
                                                        ? "nothing in the network"
                                                        : "the network's image"));
}

}  // namespace sim
