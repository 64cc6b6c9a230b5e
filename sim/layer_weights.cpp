#include "sim/layer_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "pruning/fixed_point.hpp"
#include "pruning/grain.hpp"
#include "pruning/storage.hpp"
#include "workloads/synthetic.hpp"

namespace sim {

namespace {

std::vector<std::string> layer_names(const pruning::WeightsFile& file) {
  std::vector<std::string> names;
  for (const auto& entry : file.layers()) names.push_back(entry.name);
  return names;
}

/// @param kind what the network needs of the name
/// @param held the names of what the file has of that kind
[[noreturn]] void fail_missing(const pruning::WeightsFile& file, const std::string& name, const char* kind,
                               const std::vector<std::string>& held) {
  const auto reason = file.unsupported().find(name);
  const std::string near = workloads::nearest(name, held);
  throw pruning::InputError({file.path().string(), 0, 0, name},
                            reason != file.unsupported().end()
                                ? reason->second
                                : fmt::format("the file has no {} for this layer of the network{}", kind,
                                              near.empty() ? std::string() : "; did you mean '" + near + "'?"));
}

}  // namespace

pruning::Shape filter_shape(const workloads::Layer& layer) {
  const auto& shape = layer.convolution;
  if (layer.type == workloads::LayerType::linear) return {shape.K, shape.C};
  return {shape.K, shape.channels_per_group(), shape.R, shape.S};
}

WeightSource::WeightSource(const RunFile& run, const workloads::Network& network,
                           std::map<std::string, workloads::Layer> folded)
    : run_(run), folded_(std::move(folded)) {
  const auto* path = std::get_if<std::filesystem::path>(&run.weights);
  if (path == nullptr) return;
  file_.emplace(*path);
  for (const auto& layer : network.layers) {
    if (layer.on_accelerator()) check(layer);
    if (layer.type == workloads::LayerType::batch_norm) check_norm(layer);
  }
  for (const auto& [layer, norm] : folded_) check_norm(norm);
}

void WeightSource::check(const workloads::Layer& layer) const {
  const auto fail = [&](const std::string& problem) {
    throw pruning::InputError({file_->path().string(), 0, 0, layer.name}, problem);
  };
  const auto* entry = file_->find(layer.name);
  if (entry == nullptr) fail_missing(*file_, layer.name, "weights", layer_names(*file_));
  const pruning::Shape expected = filter_shape(layer);
  // A fully connected layer may be stored as a 1x1 convolution, and the other way round.
  const auto trimmed = [](pruning::Shape shape) {
    while (shape.size() > 2 && shape.back() == 1) shape.pop_back();
    return shape;
  };
  if (trimmed(entry->shape) != trimmed(expected)) {
    fail(fmt::format("weights of shape ({}) do not match the network, which needs ({})", fmt::join(entry->shape, ", "),
                     fmt::join(expected, ", ")));
  }
  if (layer.bias == workloads::Bias::required && !entry->has_bias) {
    fail("the network asks for a bias, but the file has none for this layer");
  }
}

void WeightSource::check_norm(const workloads::Layer& layer) const {
  const std::vector<std::string>& norms = file_->batch_norms();
  if (std::find(norms.begin(), norms.end(), layer.name) == norms.end()) {
    fail_missing(*file_, layer.name, "batch normalisation", norms);
  }
  const std::size_t channels = file_->read_batch_norm(layer.name).mean.size();
  if (channels != static_cast<std::size_t>(layer.input.channels)) {
    throw pruning::InputError(
        {file_->path().string(), 0, 0, layer.name},
        fmt::format("batch normalisation of {} channels does not match the network, which needs {}", channels,
                    layer.input.channels));
  }
}

pruning::LayerWeights WeightSource::trained(const workloads::Layer& layer) const {
  std::optional<std::array<int, 3>> flattened;
  if (layer.type == workloads::LayerType::linear) {
    flattened = std::array{layer.input.channels, layer.input.height, layer.input.width};
  }
  pruning::LayerWeights weights = file_->read(layer.name, flattened);
  if (layer.bias == workloads::Bias::absent) weights.bias.reset();
  const auto norm = folded_.find(layer.name);
  if (norm == folded_.end()) return weights;
  return pruning::fold(weights, file_->read_batch_norm(norm->second.name), norm->second.epsilon);
}

LayerWeights WeightSource::read(const workloads::Layer& layer) const {
  pruning::LayerWeights source;
  if (file_) {
    source = trained(layer);
  } else {
    source.weights = workloads::synthetic_weights(layer, std::get<workloads::SyntheticWeights>(run_.weights));
  }

  const PruningChoice& choice = run_.pruning;
  const pruning::Mask mask =
      pruning::select_grains(source.weights, choice.granularity_of(layer.name), choice.density_of(layer.name));
  LayerWeights result;
  result.pruned = pruning::apply(mask, std::move(source.weights));
  const pruning::StorageSize size = pruning::storage_of(mask, result.pruned, choice.weight_bits, choice.index_bits);
  const auto& shape = layer.convolution;
  result.pruned.shape = {shape.K, shape.channels_per_group(), shape.R, shape.S};
  if (source.bias) result.bias = std::move(source.bias->values);

  pruning::FixedPointTensor quantised = pruning::quantise(result.pruned);
  result.exponent = quantised.exponent;
  auto filters = std::make_shared<scnn::Filters>();
  filters->granularity = mask.granularity;
  filters->weights = std::move(quantised.tensor.values);
  if (pruning::is_coarse(mask.granularity)) {
    filters->kept.resize(filters->weights.size());
    for (std::size_t i = 0; i < filters->kept.size(); ++i) {
      filters->kept[i] = mask.keeps(static_cast<std::int64_t>(i)) ? 1 : 0;
    }
  }

  const auto zeros = std::count(filters->weights.begin(), filters->weights.end(), std::int16_t{0});
  result.summary.weights = shape.weight_count();
  result.summary.nonzero = shape.weight_count() - zeros;
  result.summary.storage = {size, 0};
  if (run_.runs_on_eie(layer)) {
    const eie::Parameters& eie = run_.accelerator.eie;
    result.columns = std::make_shared<const pruning::InterleavedColumns>(
        pruning::interleave(filters->weights, shape.K, shape.C, eie.pes, static_cast<int>(eie.index_bits),
                            pruning::share_weights(filters->weights, static_cast<int>(eie.weight_bits))));
    pruning::share_values(filters->weights, result.columns->codebook);
  }
  result.filters = std::move(filters);
  return result;
}

pruning::BatchNorm WeightSource::batch_norm(const workloads::Layer& layer) const {
  if (file_) return file_->read_batch_norm(layer.name);
  const auto channels = static_cast<std::size_t>(layer.input.channels);
  const std::vector<float> zeros(channels, 0.0F);
  const std::vector<float> ones(channels, 1.0F);
  return {.gamma = ones, .beta = zeros, .mean = zeros, .variance = ones};
}

}  // namespace sim
