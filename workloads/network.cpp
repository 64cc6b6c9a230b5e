#include "workloads/network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "workloads/layer_types.hpp"

namespace workloads {

std::string_view name_of(LayerType type) {
  return layer_type_names.at(static_cast<std::size_t>(type));
}

int Network::find(std::string_view layer) const {
  const auto found = std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.name == layer; });
  return found == layers.end() ? -1 : static_cast<int>(found - layers.begin());
}

std::vector<int> Network::readers(int index) const {
  std::vector<int> all;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const std::vector<int>& inputs = layers[i].inputs;
    if (std::find(inputs.begin(), inputs.end(), index) != inputs.end()) all.push_back(static_cast<int>(i));
  }
  return all;
}

const Layer& layer_named(const Network& network, const std::string& name, const pruning::Location& where) {
  const int index = network.find(name);
  if (index >= 0) return network.layers[static_cast<std::size_t>(index)];
  std::vector<std::string> names;
  for (const Layer& layer : network.layers) names.push_back(layer.name);
  const std::string near = nearest(name, names);
  throw pruning::InputError(where, fmt::format("network '{}' has no layer '{}'{}", network.name, name,
                                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace workloads
