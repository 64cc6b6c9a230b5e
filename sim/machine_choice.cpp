#include "sim/machine_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/per_layer_reader.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

Machine choose(const ConfigNode& node) {
  return static_cast<Machine>(node.as_choice(machine_names()));
}

/// One for convolutions, then one for fully connected layers.
std::vector<Machine> read_by_layer_type(const ConfigNode& node) {
  node.allow_keys({"conv", "linear"});
  const std::vector<Machine> machines{choose(node.at("conv")), choose(node.at("linear"))};
  if (machines.front() == Machine::eie) {
    node.at("conv").fail("machine eie runs fully connected layers alone, so it can be that of linear only");
  }
  if (machines.front() == machines.back()) return {machines.front()};
  return machines;
}

/// Machines that run the same layers.
std::vector<Machine> read_list(const ConfigNode& node) {
  std::vector<Machine> machines;
  for (const ConfigNode& item : node.items()) {
    const Machine machine = choose(item);
    if (std::find(machines.begin(), machines.end(), machine) != machines.end()) {
      item.fail(fmt::format("machine {} is listed twice", name_of(machine)));
    }
    if (machine == Machine::eie) {
      item.fail("machine eie shares weights, so its layers have values of their own; give it a run, then compare");
    }
    machines.push_back(machine);
  }
  if (machines.empty()) node.fail("must list at least one machine, got an empty list");
  return machines;
}

/// A layer whose machines go by rules of their own would not be cut as it is to be.
void check_is_cut(const ConfigNode& node, const workloads::Layer& layer, const RunFile& run) {
  std::string own_rule;
  for (std::size_t i = 0; i < run.machines.size(); ++i) {
    if (!run.runs_on(layer, i)) continue;
    if (takes_temporal_tiles(run.machines[i])) return;
    own_rule = name_of(run.machines[i]);
  }
  node.fail(fmt::format("cuts a layer of SCNN or a variant of it; machine {} has a rule of its own", own_rule));
}

}  // namespace

void read_machines(const ConfigNode& root, RunFile& run) {
  if (root.has("machine")) {
    if (root.has("machines")) root.at("machines").fail("stands beside machine, one of them is allowed");
    const ConfigNode node = root.at("machine");
    if (node.kind() == ConfigNode::Kind::mapping) {
      run.machines = read_by_layer_type(node);
      run.by_layer_type = run.machines.size() == 2;
    } else {
      run.machines = {choose(node)};
    }
  } else if (root.has("machines")) {
    run.machines = read_list(root.at("machines"));
  }
}

void check_machine_runs(const ConfigNode& root, const RunFile& run) {
  if (run.by_layer_type || run.machines.front() != Machine::eie) return;
  for (const std::string& name : run.layers) {
    const workloads::Layer& layer = run.network.layers[static_cast<std::size_t>(run.network.find(name))];
    if (layer.type == workloads::LayerType::linear) continue;
    root.at("machine").fail(fmt::format(
        "machine eie runs fully connected layers alone, and {} is none; choose layers, or {{conv: scnn, linear: eie}}",
        name));
  }
}

bool takes_temporal_tiles(Machine machine) {
  return !is_dense(machine) && machine != Machine::eie;
}

std::map<std::string, pruning::RowsColumns> read_temporal_tiles(const ConfigNode& node, const RunFile& run) {
  std::map<std::string, pruning::RowsColumns> tiles;
  for (const auto& [name, value] : node.entries()) {
    require_weighted_layer(run.network, name, value.location());
    const workloads::Layer& layer = workloads::layer_named(run.network, name, value.location());
    check_is_cut(value, layer, run);
    const std::vector<ConfigNode> sides = value.items();
    if (sides.size() != 2) {
      value.fail(fmt::format("must be [ROWS, COLUMNS] of temporal tiles, got a list of {}", sides.size()));
    }
    tiles[name] = {static_cast<int>(sides[0].as_integer(1, layer.convolution.P())),
                   static_cast<int>(sides[1].as_integer(1, layer.convolution.Q()))};
  }
  return tiles;
}

}  // namespace sim
