#include "sim/per_layer_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "sim/layer_profile.hpp"

namespace sim {

namespace {

// Keys of a mapping that name no layer.
constexpr std::string_view default_key = "default";
constexpr std::string_view profile_key = "file";

}  // namespace

std::vector<std::string> weighted_layers(const workloads::Network& network) {
  std::vector<std::string> names;
  for (const workloads::Layer& layer : network.layers) {
    if (layer.on_accelerator()) names.push_back(layer.name);
  }
  return names;
}

void require_weighted_layer(const workloads::Network& network, const std::string& name,
                            const pruning::Location& where) {
  const workloads::Layer& layer = workloads::layer_named(network, name, where);
  if (layer.on_accelerator()) return;
  throw pruning::InputError(where,
                            fmt::format("layer {} is {} and has no weights; layers that have: {}", name,
                                        workloads::name_of(layer.type), fmt::join(weighted_layers(network), ", ")));
}

workloads::PerLayer read_per_layer(const workloads::ConfigNode& node, const workloads::Network& network,
                                   const LayerQuantity& quantity, workloads::PerLayer unsaid) {
  workloads::PerLayer values = std::move(unsaid);
  const auto set = [&](const std::string& layer, double value, const pruning::Location& where) {
    if (layer == default_key) {
      values.otherwise = value;
    } else {
      require_weighted_layer(network, layer, where);
      values.by_layer[layer] = value;
    }
  };
  if (node.kind() != workloads::ConfigNode::Kind::mapping) {
    values.otherwise = node.as_number(0, quantity.most);
    return values;
  }
  if (node.has(profile_key)) {
    for (const ProfileRow& row :
         read_layer_profile(node.at(profile_key).as_file(), quantity.column, 0, quantity.most)) {
      set(row.layer, row.value, row.location);
    }
  }
  for (const auto& [layer, value] : node.entries()) {
    if (layer != profile_key) set(layer, value.as_number(0, quantity.most), value.location());
  }
  return values;
}

}  // namespace sim
