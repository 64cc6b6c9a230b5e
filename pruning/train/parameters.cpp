#include "pruning/train/parameters.hpp"

#include <cmath>

#include "pruning/hdf5_file.hpp"
#include "pruning/hdf5_writer.hpp"
#include "pruning/storage.hpp"
#include "pruning/train/drawn_shapes.hpp"
#include "workloads/random_stream.hpp"

namespace train {

namespace {

using pruning::Shape;
using pruning::Tensor;
using workloads::Layer;
using workloads::LayerType;

/// (K, C/G, R, S) or (K, C)
Shape weight_shape(const Layer& layer) {
  const pruning::ConvolutionShape& shape = layer.convolution;
  if (layer.type == LayerType::linear) return {shape.K, shape.C};
  return {shape.K, shape.channels_per_group(), shape.R, shape.S};
}

Tensor<float> constant(std::int64_t size, float value) {
  Tensor<float> tensor({size});
  tensor.values.assign(tensor.values.size(), value);
  return tensor;
}

}  // namespace

void check_trainable(const workloads::Network& network) {
  const auto fail = [](const Layer& layer, const std::string& problem) {
    throw pruning::InputError(layer.location, "layer '" + layer.name + "' " + problem);
  };
  for (const Layer& layer : network.layers) {
    if (layer.type == LayerType::lrn) fail(layer, "is of type lrn, which cannot be trained");
    for (const int input : layer.inputs) {
      if (input == Layer::stands_alone) fail(layer, "stands alone; a network that is trained reads one image");
    }
  }
  const Layer& last = network.layers.back();
  if (network.input.channels < 1 || network.input.channels > 3) {
    fail(network.layers.front(),
         "reads " + std::to_string(network.input.channels) + " channels; the images to train on have 1 to 3");
  }
  if (last.output != workloads::PlaneShape{shape_classes, 1, 1}) {
    fail(last, "puts out " + pruning::text_of({last.output.channels, last.output.height, last.output.width}) +
                   " values; the last layer must have one for each of the " + std::to_string(shape_classes) +
                   " classes of shapes");
  }
  if (last.relu || last.type == LayerType::relu) fail(last, "rectifies its output; the last layer must not");
}

Parameters initial_parameters(const workloads::Network& network, std::uint64_t seed) {
  Parameters parameters;
  for (const Layer& layer : network.layers) {
    if (layer.on_accelerator()) {
      Tensor<float> weights(weight_shape(layer));
      const double inputs = static_cast<double>(weights.size() / weights.shape[0]);
      workloads::RandomStream stream(seed, "initial weights", layer.name);
      for (float& weight : weights.values) weight = static_cast<float>(std::sqrt(2 / inputs) * stream.normal());
      if (layer.bias != workloads::Bias::absent) parameters[layer.name + ".bias"] = constant(weights.shape[0], 0);
      parameters[layer.name + ".weight"] = std::move(weights);
    } else if (layer.type == LayerType::batch_norm) {
      for (const char* ones : {".weight", ".running_var"}) {
        parameters[layer.name + ones] = constant(layer.output.channels, 1);
      }
      for (const char* zeros : {".bias", ".running_mean"}) {
        parameters[layer.name + zeros] = constant(layer.output.channels, 0);
      }
    }
  }
  return parameters;
}

Parameters read_parameters(const pruning::WeightsFile& file, const workloads::Network& network) {
  Parameters parameters;
  for (const Layer& layer : network.layers) {
    if (layer.on_accelerator()) {
      pruning::LayerWeights read =
          file.read(layer.name, std::array{layer.input.channels, layer.input.height, layer.input.width});
      const Shape shape = weight_shape(layer);
      if (read.weights.shape != shape) {
        throw pruning::InputError({.file = file.path().string(), .key = layer.name},
                                  "has weights of shape " + pruning::text_of(read.weights.shape) +
                                      "; the network needs " + pruning::text_of(shape));
      }
      if (layer.bias != workloads::Bias::absent) {
        parameters[layer.name + ".bias"] = read.bias ? std::move(*read.bias) : constant(shape[0], 0);
      }
      parameters[layer.name + ".weight"] = std::move(read.weights);
    } else if (layer.type == LayerType::batch_norm) {
      const pruning::BatchNorm norm = file.read_batch_norm(layer.name);
      const auto channels = static_cast<std::int64_t>(norm.mean.size());
      if (channels != layer.output.channels) {
        throw pruning::InputError({.file = file.path().string(), .key = layer.name},
                                  "has " + std::to_string(channels) + " channels; the network needs " +
                                      std::to_string(layer.output.channels));
      }
      parameters[layer.name + ".weight"] = {{channels}, norm.gamma};
      parameters[layer.name + ".bias"] = {{channels}, norm.beta};
      parameters[layer.name + ".running_mean"] = {{channels}, norm.mean};
      parameters[layer.name + ".running_var"] = {{channels}, norm.variance};
    }
  }
  return parameters;
}

Tensor<std::uint8_t> mask_tensor(const pruning::Mask& mask, const Shape& weights) {
  Tensor<std::uint8_t> kept(weights);
  for (std::int64_t i = 0; i < kept.size(); ++i) kept.values[static_cast<std::size_t>(i)] = mask.keeps(i) ? 1 : 0;
  return kept;
}

void write_parameters(const std::filesystem::path& path, const Parameters& parameters, const Masks& masks,
                      const std::map<std::string, std::string>& attributes) {
  pruning::Hdf5Writer writer(path);
  for (const auto& [name, tensor] : parameters) writer.write(name, tensor);
  for (const auto& [layer, mask] : masks) {
    writer.write(layer + ".weight_mask", mask_tensor(mask, parameters.at(layer + ".weight").shape));
  }
  for (const auto& [name, value] : attributes) writer.write_attribute({}, name, value);
  writer.save();
}

double weight_density(const workloads::Network& network, const Parameters& parameters) {
  std::int64_t nonzero = 0;
  std::int64_t all = 0;
  for (const Layer& layer : network.layers) {
    if (!layer.on_accelerator()) continue;
    const Tensor<float>& weights = parameters.at(layer.name + ".weight");
    nonzero += pruning::nonzero_count(weights);
    all += weights.size();
  }
  return static_cast<double>(nonzero) / static_cast<double>(all);
}

}  // namespace train
