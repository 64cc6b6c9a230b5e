// The keys of every layer type, and the shape that follows from them.

#include "workloads/layer_parameters.hpp"

#include <fmt/format.h>

#include <limits>

namespace workloads {

namespace {

using pruning::RowsColumns;

// Of kernels, strides, paddings and dilations.
constexpr std::int64_t greatest_step = 4096;

// Of a layer: far above any network, low enough that sums over bits, layers and images do not overflow.
constexpr double most_macs = 1e14;

std::string shown(const RowsColumns& pair) {
  return fmt::format("{}x{}", pair.rows, pair.columns);
}

int read_extent(const ConfigNode& node) {
  return static_cast<int>(node.as_integer(1, greatest_extent));
}

/// A number, or `[rows, columns]`.
RowsColumns read_pair(const ConfigNode& node, std::int64_t least) {
  if (node.kind() != ConfigNode::Kind::sequence) {
    const int both = static_cast<int>(node.as_integer(least, greatest_step));
    return {both, both};
  }
  const std::vector<ConfigNode> items = node.items();
  if (items.size() != 2) node.fail(fmt::format("must be a number or [rows, columns], got a list of {}", items.size()));
  return {static_cast<int>(items[0].as_integer(least, greatest_step)),
          static_cast<int>(items[1].as_integer(least, greatest_step))};
}

RowsColumns read_pair(const ConfigNode& layer, std::string_view key, std::int64_t least, RowsColumns otherwise) {
  return layer.has(key) ? read_pair(layer.at(key), least) : otherwise;
}

bool read_flag(const ConfigNode& layer, std::string_view key, bool otherwise) {
  return layer.has(key) ? layer.at(key).as_bool() : otherwise;
}

/// Output rows or columns of a pooling layer, by PyTorch's rule: rounded down, or up as long as the last
/// window starts inside the input or the padding before it.
int pooled(int extent, int kernel, int stride, int padding, bool ceil_mode) {
  const int reach = extent + 2 * padding - kernel + (ceil_mode ? stride - 1 : 0);
  if (reach < 0) return 0;
  const int windows = reach / stride + 1;
  return ceil_mode && (windows - 1) * stride >= extent + padding ? windows - 1 : windows;
}

void check_macs(const ConfigNode& node, const Layer& layer) {
  const pruning::ConvolutionShape& shape = layer.convolution;
  const double macs = static_cast<double>(shape.weight_count()) * shape.P() * shape.Q();
  if (macs <= most_macs) return;
  node.fail(fmt::format("'{}' would take {:.3g} multiply-accumulates; at most {:.3g} are allowed", layer.name, macs,
                        most_macs));
}

void read_bias(const ConfigNode& node, Layer& layer) {
  if (node.has("bias")) layer.bias = node.at("bias").as_bool() ? Bias::required : Bias::absent;
}

void read_conv(const ConfigNode& node, Layer& layer, const std::string& source) {
  pruning::ConvolutionShape& shape = layer.convolution;
  shape.C = layer.input.channels;
  shape.H = layer.input.height;
  shape.W = layer.input.width;
  shape.K = read_extent(node.at("output_channels"));
  const RowsColumns kernel = read_pair(node.at("kernel"), 1);
  shape.R = kernel.rows;
  shape.S = kernel.columns;
  shape.stride = read_pair(node, "stride", 1, {1, 1});
  shape.padding = read_pair(node, "padding", 0, {0, 0});
  shape.dilation = read_pair(node, "dilation", 1, {1, 1});
  if (node.has("groups")) {
    const ConfigNode groups = node.at("groups");
    shape.groups = read_extent(groups);
    if (shape.C % shape.groups != 0) {
      groups.fail(fmt::format("must divide the {} channels that '{}' reads from {}, got {}", shape.C, layer.name,
                              source, shape.groups));
    }
    if (shape.K % shape.groups != 0) {
      groups.fail(fmt::format("must divide the {} output channels of '{}', got {}", shape.K, layer.name, shape.groups));
    }
  }
  if (shape.P() < 1 || shape.Q() < 1) {
    node.at("kernel").fail(fmt::format(
        "'{}' spans {} with its dilation, more than the {} that it reads from {} with padding {}", layer.name,
        shown(RowsColumns{shape.dilation.rows * (shape.R - 1) + 1, shape.dilation.columns * (shape.S - 1) + 1}),
        shown(RowsColumns{shape.H, shape.W}), source, shown(shape.padding)));
  }
  layer.output = {shape.K, shape.P(), shape.Q()};
  check_macs(node, layer);
  read_bias(node, layer);
}

void read_linear(const ConfigNode& node, Layer& layer) {
  const std::int64_t features = std::int64_t{1} * layer.input.channels * layer.input.height * layer.input.width;
  if (features > std::numeric_limits<int>::max()) {
    node.fail(fmt::format("layer '{}' flattens {}; at most {} values are allowed", layer.name, shown(layer.input),
                          std::numeric_limits<int>::max()));
  }
  layer.convolution.C = static_cast<int>(features);
  layer.convolution.K = read_extent(node.at("output_features"));
  layer.output = {layer.convolution.K, 1, 1};
  check_macs(node, layer);
  read_bias(node, layer);
}

void read_pooling(const ConfigNode& node, Layer& layer, const std::string& source) {
  Pooling& pooling = layer.pooling;
  pooling.kernel = read_pair(node.at("kernel"), 1);
  pooling.stride = read_pair(node, "stride", 1, pooling.kernel);
  pooling.padding = read_pair(node, "padding", 0, {0, 0});
  pooling.ceil_mode = read_flag(node, "ceil_mode", false);
  pooling.count_padding = read_flag(node, "count_include_pad", true);
  if (pooling.padding.rows >= pooling.kernel.rows || pooling.padding.columns >= pooling.kernel.columns) {
    node.at("padding").fail(
        fmt::format("must be smaller than the kernel, {}, got {}", shown(pooling.kernel), shown(pooling.padding)));
  }
  const auto extent = [&](int in, int RowsColumns::*axis) {
    return pooled(in, pooling.kernel.*axis, pooling.stride.*axis, pooling.padding.*axis, pooling.ceil_mode);
  };
  layer.output.height = extent(layer.input.height, &RowsColumns::rows);
  layer.output.width = extent(layer.input.width, &RowsColumns::columns);
  if (layer.output.height < 1 || layer.output.width < 1) {
    node.at("kernel").fail(fmt::format(
        "'{}' spans {}, more than the {} that it reads from {} with padding {}", layer.name, shown(pooling.kernel),
        shown(RowsColumns{layer.input.height, layer.input.width}), source, shown(pooling.padding)));
  }
}

void read_lrn(const ConfigNode& node, Layer& layer) {
  Lrn& lrn = layer.lrn;
  if (node.has("size")) lrn.size = static_cast<int>(node.at("size").as_integer(1, greatest_step));
  if (lrn.size % 2 == 0) node.at("size").fail(fmt::format("must be odd, got {}", lrn.size));
  if (node.has("alpha")) lrn.alpha = node.at("alpha").as_number(0, 1e6);
  if (node.has("beta")) lrn.beta = node.at("beta").as_number(0, 100);
  if (node.has("k")) lrn.k = node.at("k").as_number(1e-6, 1e6);
}

}  // namespace

std::string shown(const PlaneShape& shape) {
  return fmt::format("{}x{}x{}", shape.channels, shape.height, shape.width);
}
PlaneShape read_plane(const ConfigNode& node) {
  node.allow_keys({"channels", "height", "width"});
  return {read_extent(node.at("channels")), read_extent(node.at("height")), read_extent(node.at("width"))};
}

bool joins(LayerType type) {
  return type == LayerType::concat || type == LayerType::add;
}

std::vector<std::string> keys_of(LayerType type) {
  std::vector<std::string> keys = {"name", "type", "inputs"};
  const auto add = [&](std::initializer_list<const char*> more) { keys.insert(keys.end(), more.begin(), more.end()); };
  if (!joins(type)) add({"input"});
  switch (type) {
    case LayerType::conv:
      add({"output_channels", "kernel", "stride", "padding", "dilation", "groups", "bias", "relu"});
      break;
    case LayerType::linear:
      add({"output_features", "bias", "relu"});
      break;
    case LayerType::max_pool:
      add({"kernel", "stride", "padding", "ceil_mode"});
      break;
    case LayerType::average_pool:
      add({"kernel", "stride", "padding", "ceil_mode", "count_include_pad"});
      break;
    case LayerType::add:
      add({"relu"});
      break;
    case LayerType::batch_norm:
      add({"epsilon", "relu"});
      break;
    case LayerType::lrn:
      add({"size", "alpha", "beta", "k"});
      break;
    case LayerType::global_average_pool:
    case LayerType::relu:
    case LayerType::concat:
      break;
  }
  return keys;
}

void read_parameters(const ConfigNode& node, Layer& layer, const std::string& source) {
  layer.relu = read_flag(node, "relu", false);
  switch (layer.type) {
    case LayerType::conv:
      read_conv(node, layer, source);
      break;
    case LayerType::linear:
      read_linear(node, layer);
      break;
    case LayerType::max_pool:
    case LayerType::average_pool:
      read_pooling(node, layer, source);
      break;
    case LayerType::global_average_pool:
      layer.output = {layer.input.channels, 1, 1};
      break;
    case LayerType::batch_norm:
      if (node.has("epsilon")) layer.epsilon = node.at("epsilon").as_number(0, 1);
      break;
    case LayerType::lrn:
      read_lrn(node, layer);
      break;
    case LayerType::concat:
    case LayerType::add:
    case LayerType::relu:
      break;
  }
}

}  // namespace workloads
