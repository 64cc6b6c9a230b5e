// Reads network files: the keys of every layer type, who reads whom, and every shape.

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "workloads/layer_parameters.hpp"
#include "workloads/layer_types.hpp"
#include "workloads/network.hpp"

namespace workloads {

namespace {

LayerType read_type(const ConfigNode& node) {
  return static_cast<LayerType>(node.as_choice({layer_type_names.begin(), layer_type_names.end()}));
}

class Reader {
 public:
  Network read(const ConfigNode& node) {
    node.allow_keys({"name", "input", "layers"});
    network_.name = node.at("name").as_string();
    const bool names_folder = network_.name.find('/') == std::string::npos && network_.name != "." &&
                              network_.name != ".." && !network_.name.empty();
    if (!names_folder) node.at("name").fail(fmt::format("must be usable as a folder's name, got '{}'", network_.name));
    if (node.has("input")) network_.input = read_plane(node.at("input"));

    const ConfigNode list = node.at("layers");
    const std::vector<ConfigNode> layers = list.items();
    if (layers.empty()) list.fail("must hold at least one layer, got an empty list");
    collect_names(layers);
    for (const ConfigNode& layer : layers) network_.layers.push_back(read_layer(layer));
    return network_;
  }

 private:
  void collect_names(const std::vector<ConfigNode>& layers) {
    for (const ConfigNode& layer : layers) {
      const ConfigNode name = layer.at("name");
      const std::string text = name.as_string();
      if (text.empty()) name.fail("a layer's name must not be empty");
      if (text == "input") name.fail("a layer must not be called 'input', which stands for the network's image");
      const auto same = std::find(names_.begin(), names_.end(), text);
      if (same != names_.end()) {
        name.fail(
            fmt::format("'{}' is the name of layer {} already; names must differ", text, same - names_.begin() + 1));
      }
      names_.push_back(text);
    }
  }

  Layer read_layer(const ConfigNode& node) {
    Layer layer;
    layer.name = node.at("name").as_string();
    layer.location = node.location();
    layer.type = read_type(node.at("type"));
    node.allow_keys(keys_of(layer.type));
    read_inputs(node, layer);
    layer.output = layer.input;
    if (layer.type == LayerType::concat) {
      join_channels(node, layer);
    } else if (layer.type == LayerType::add) {
      check_equal(node, layer);
    }
    read_parameters(node, layer, called(layer.inputs.front()));
    const std::int64_t values = std::int64_t{1} * layer.output.channels * layer.output.height * layer.output.width;
    if (values > std::numeric_limits<int>::max()) {
      node.fail(fmt::format("the output of '{}' would be {}; at most {} values are allowed", layer.name,
                            shown(layer.output), std::numeric_limits<int>::max()));
    }
    return layer;
  }

  // ---- who reads whom

  [[nodiscard]] int current() const { return static_cast<int>(network_.layers.size()); }

  /// `layer` as an input is called in messages.
  [[nodiscard]] std::string called(int input) const {
    if (input == Layer::stands_alone) return "its own input";
    return input == Layer::network_input ? "the network's input"
                                         : fmt::format("'{}'", names_[static_cast<std::size_t>(input)]);
  }

  [[nodiscard]] PlaneShape shape_of(int input) const {
    return input == Layer::network_input ? network_.input : network_.layers[static_cast<std::size_t>(input)].output;
  }

  [[nodiscard]] int resolve(const ConfigNode& node) const {
    const std::string name = node.as_string();
    if (name == "input") return Layer::network_input;
    const auto found = std::find(names_.begin(), names_.end(), name);
    if (found == names_.end()) {
      std::vector<std::string> known(names_.begin(), names_.begin() + current());
      known.emplace_back("input");
      const std::string near = nearest(name, known);
      node.fail(
          fmt::format("there is no layer '{}'{}", name, near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
    }
    const int index = static_cast<int>(found - names_.begin());
    if (index == current()) node.fail(fmt::format("layer '{}' cannot read itself", name));
    if (index > current()) {
      node.fail(
          fmt::format("layer '{}' cannot read '{}', which comes after it; layers stand in the order of evaluation",
                      names_[static_cast<std::size_t>(current())], name));
    }
    return index;
  }

  void read_inputs(const ConfigNode& node, Layer& layer) {
    if (node.has("input")) {
      if (node.has("inputs"))
        node.at("inputs").fail("must not stand beside 'input', which makes the layer stand alone");
      layer.inputs = {Layer::stands_alone};
      layer.input = read_plane(node.at("input"));
      return;
    }
    if (!node.has("inputs") && !joins(layer.type)) {
      layer.inputs = {current() == 0 ? Layer::network_input : current() - 1};
    } else if (const ConfigNode inputs = node.at("inputs"); inputs.kind() == ConfigNode::Kind::sequence) {
      for (const ConfigNode& item : inputs.items()) layer.inputs.push_back(resolve(item));
    } else {
      layer.inputs = {resolve(inputs)};
    }
    if (joins(layer.type) ? layer.inputs.size() < 2 : layer.inputs.size() != 1) {
      node.at("inputs").fail(fmt::format("a layer of type {} reads {}, got {}", name_of(layer.type),
                                         joins(layer.type) ? "at least two layers" : "one layer", layer.inputs.size()));
    }
    const bool reads_image =
        std::find(layer.inputs.begin(), layer.inputs.end(), Layer::network_input) != layer.inputs.end();
    if (reads_image && network_.input == PlaneShape{}) {
      node.fail(fmt::format("layer '{}' reads the network's input, but neither it nor the network states 'input'",
                            layer.name));
    }
    layer.input = shape_of(layer.inputs.front());
  }

  // ---- layer types

  void join_channels(const ConfigNode& node, Layer& layer) const {
    layer.output.channels = 0;
    for (const int input : layer.inputs) {
      const PlaneShape shape = shape_of(input);
      if (shape.height != layer.input.height || shape.width != layer.input.width) {
        fail_shapes(node, layer, input, "the same height and width");
      }
      layer.output.channels += shape.channels;
      if (layer.output.channels > greatest_extent) {
        node.at("inputs").fail(fmt::format("'{}' joins more than {} channels", layer.name, greatest_extent));
      }
    }
  }

  void check_equal(const ConfigNode& node, const Layer& layer) const {
    for (const int input : layer.inputs) {
      if (shape_of(input) != layer.input) fail_shapes(node, layer, input, "the same shape");
    }
  }

  [[noreturn]] void fail_shapes(const ConfigNode& node, const Layer& layer, int other, const char* needed) const {
    const int first = layer.inputs.front();
    node.at("inputs").fail(fmt::format("the inputs of '{}' must have {}, got {} from {} and {} from {}", layer.name,
                                       needed, shown(shape_of(first)), called(first), shown(shape_of(other)),
                                       called(other)));
  }

  Network network_;
  std::vector<std::string> names_;
};

}  // namespace

Network read_network(const ConfigNode& node) {
  return Reader().read(node);
}

}  // namespace workloads
