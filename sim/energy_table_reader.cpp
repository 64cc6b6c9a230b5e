#include "sim/energy_table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "sim/text.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

constexpr double most_energy = 1e12;
constexpr std::int64_t most_bits = 1 << 20;

/// Key of an entry's energy in a table of that unit.
std::string_view energy_key(std::string_view unit) {
  return unit == "pJ" ? "energy_pj" : "energy";
}

energy::TableEntry read_entry(const ConfigNode& node, std::string_view unit) {
  const std::string_view key = energy_key(unit);
  node.allow_keys({key, "bits", "node", "source"});
  energy::TableEntry entry;
  entry.energy_pj = node.at(key).as_number(0, most_energy);
  entry.bits = node.at("bits").as_integer(1, most_bits);
  entry.node = node.at("node").as_string();
  entry.source = node.at("source").as_string();
  return entry;
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

}  // namespace

energy::Table read_energy_table(const ConfigNode& node, const std::vector<Machine>& machines) {
  node.allow_keys({"name", "unit", "components"});
  const std::vector<std::string> units{"pJ", "MAC"};
  energy::Table table;
  table.name = node.at("name").as_string();
  if (table.name.empty()) node.at("name").fail("must not be empty");
  table.unit = units[node.at("unit").as_choice(units)];

  std::vector<energy::ActionCount> counted = actions_of(Machine::scnn, {}, {});
  const std::vector<energy::ActionCount> of_dense = actions_of(Machine::dcnn, {}, {});
  counted.insert(counted.end(), of_dense.begin(), of_dense.end());
  std::vector<std::string> component_names;
  for (const energy::ActionCount& count : counted) add_once(component_names, count.component);

  const ConfigNode components = node.at("components");
  components.allow_keys(component_names);
  for (const auto& [component, actions] : components.entries()) {
    std::vector<std::string> action_names;
    for (const energy::ActionCount& count : counted) {
      if (count.component == component) add_once(action_names, count.action);
    }
    actions.allow_keys(action_names);
    for (const auto& [action, value] : actions.entries()) {
      energy::TableEntry entry = read_entry(value, table.unit);
      entry.component = component;
      entry.action = action;
      table.entries.push_back(std::move(entry));
    }
  }
  for (const Machine machine : machines) {
    for (const energy::ActionCount& count : actions_of(machine, {}, {})) {
      if (table.find(count.component, count.action) == nullptr) {
        components.fail(fmt::format("energy table {} has no entry for component {}, action {}, which machine {} counts",
                                    table.name, count.component, count.action, name_of(machine)));
      }
    }
  }
  return table;
}

std::string energy_table_yaml(const energy::Table& table, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  std::string text =
      fmt::format("{0}name: {1}\n{0}unit: {2}  # {3}\n{0}components:\n", margin, yaml_string(table.name), table.unit,
                  table.unit == "pJ" ? "picojoules" : "energies relative to one multiply-accumulate");
  std::string_view open;
  for (const energy::TableEntry& entry : table.entries) {
    if (entry.component != open) text += fmt::format("{}  {}:\n", margin, entry.component);
    open = entry.component;
    text +=
        fmt::format("{0}    {1}:\n{0}      {2}: {3}\n{0}      bits: {4}\n{0}      node: {5}\n{0}      source: {6}\n",
                    margin, entry.action, energy_key(table.unit), number_text(entry.energy_pj), entry.bits,
                    yaml_string(entry.node), yaml_string(entry.source));
  }
  return text;
}

}  // namespace sim
