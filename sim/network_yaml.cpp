#include "sim/network_yaml.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "sim/text.hpp"

namespace sim {

namespace {

using workloads::Layer;
using workloads::LayerType;

/// A mapping in one line, key by key.
class FlowMapping {
 public:
  void add(std::string_view key, std::string_view value) {
    text_ += fmt::format("{}{}: {}", text_.empty() ? "" : ", ", key, value);
  }
  void add(std::string_view key, std::int64_t value) { add(key, fmt::format("{}", value)); }
  void add(std::string_view key, bool value) { add(key, std::string_view(value ? "true" : "false")); }
  void add(std::string_view key, double value) { add(key, std::string_view(number_text(value))); }
  void add(std::string_view key, const pruning::RowsColumns& value) {
    add(key, std::string_view(fmt::format("[{}, {}]", value.rows, value.columns)));
  }
  [[nodiscard]] std::string str() const { return '{' + text_ + '}'; }

 private:
  std::string text_;
};

std::string plane_yaml(const workloads::PlaneShape& plane) {
  return fmt::format("{{channels: {}, height: {}, width: {}}}", plane.channels, plane.height, plane.width);
}

void add_inputs(FlowMapping& mapping, const Layer& layer, const workloads::Network& network) {
  if (layer.inputs.front() == Layer::stands_alone) {
    mapping.add("input", std::string_view(plane_yaml(layer.input)));
    return;
  }
  std::vector<std::string> names;
  for (const int input : layer.inputs) {
    names.push_back(input == Layer::network_input ? "input"
                                                  : yaml_string(network.layers[static_cast<std::size_t>(input)].name));
  }
  mapping.add("inputs", std::string_view(fmt::format("[{}]", fmt::join(names, ", "))));
}

void add_bias(FlowMapping& mapping, const Layer& layer) {
  if (layer.bias != workloads::Bias::if_present) mapping.add("bias", layer.bias == workloads::Bias::required);
}

void add_convolution(FlowMapping& mapping, const Layer& layer) {
  const pruning::ConvolutionShape& shape = layer.convolution;
  mapping.add("output_channels", std::int64_t{shape.K});
  mapping.add("kernel", pruning::RowsColumns{shape.R, shape.S});
  mapping.add("stride", shape.stride);
  mapping.add("padding", shape.padding);
  mapping.add("dilation", shape.dilation);
  mapping.add("groups", std::int64_t{shape.groups});
  add_bias(mapping, layer);
  mapping.add("relu", layer.relu);
}

void add_pooling(FlowMapping& mapping, const Layer& layer) {
  mapping.add("kernel", layer.pooling.kernel);
  mapping.add("stride", layer.pooling.stride);
  mapping.add("padding", layer.pooling.padding);
  mapping.add("ceil_mode", layer.pooling.ceil_mode);
  if (layer.type == LayerType::average_pool) mapping.add("count_include_pad", layer.pooling.count_padding);
}

std::string layer_yaml(const Layer& layer, const workloads::Network& network) {
  FlowMapping mapping;
  mapping.add("name", std::string_view(yaml_string(layer.name)));
  mapping.add("type", workloads::name_of(layer.type));
  add_inputs(mapping, layer, network);
  switch (layer.type) {
    case LayerType::conv:
      add_convolution(mapping, layer);
      break;
    case LayerType::linear:
      mapping.add("output_features", std::int64_t{layer.convolution.K});
      add_bias(mapping, layer);
      mapping.add("relu", layer.relu);
      break;
    case LayerType::max_pool:
    case LayerType::average_pool:
      add_pooling(mapping, layer);
      break;
    case LayerType::add:
      mapping.add("relu", layer.relu);
      break;
    case LayerType::batch_norm:
      mapping.add("epsilon", layer.epsilon);
      mapping.add("relu", layer.relu);
      break;
    case LayerType::lrn:
      mapping.add("size", std::int64_t{layer.lrn.size});
      mapping.add("alpha", layer.lrn.alpha);
      mapping.add("beta", layer.lrn.beta);
      mapping.add("k", layer.lrn.k);
      break;
    case LayerType::global_average_pool:
    case LayerType::relu:
    case LayerType::concat:
      break;
  }
  return mapping.str();
}

}  // namespace

std::string network_yaml(const workloads::Network& network, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string text = fmt::format("{}name: {}\n", margin, yaml_string(network.name));
  if (network.input != workloads::PlaneShape{}) text += fmt::format("{}input: {}\n", margin, plane_yaml(network.input));
  text += margin + "layers:\n";
  for (const Layer& layer : network.layers) text += fmt::format("{}  - {}\n", margin, layer_yaml(layer, network));
  return text;
}

}  // namespace sim
