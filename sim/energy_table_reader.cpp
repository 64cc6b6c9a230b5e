#include "sim/energy_table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "models/dense/energy_model.hpp"
#include "models/eie/energy_model.hpp"
#include "models/scnn/energy_model.hpp"
#include "sim/counted_actions.hpp"
#include "sim/ert_reader.hpp"
#include "sim/technology_reader.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

constexpr double most_value = 1e12;
constexpr std::int64_t most_bits = 1 << 20;

/// Key of an entry's energy in a table of that unit.
std::string_view energy_key(std::string_view unit) {
  return unit == "pJ" ? "energy_pj" : "energy";
}

/// Puts what an entry states in the place of what it held.
void read_entry(const ConfigNode& node, std::string_view unit, bool is_derived, energy::TableEntry& entry) {
  const std::string_view key = energy_key(unit);
  node.allow_keys({key, "bits", "node", "formula", "source"});
  const auto states = [&](std::string_view name) { return !is_derived || node.has(name); };
  if (is_derived && node.has(key)) entry.formula = entry.source = "";
  if (states(key)) entry.energy_pj = node.at(key).as_number(0, most_value);
  if (states("bits")) entry.bits = node.at("bits").as_integer(1, most_bits);
  if (states("node")) entry.node = node.at("node").as_string();
  if (node.has("formula")) entry.formula = node.at("formula").as_string();
  if (states("source")) entry.source = node.at("source").as_string();
  if (entry.source.empty() && is_derived) entry.source = "stated in the run file";
}

/// @param counted by any machine
void read_components(const ConfigNode& components, const std::vector<energy::ActionCount>& counted, bool is_derived,
                     energy::Table& table) {
  components.allow_keys(component_names(counted));
  for (const auto& [component, actions] : components.entries()) {
    actions.allow_keys(action_names(counted, component));
    for (const auto& [action, value] : actions.entries()) {
      const auto found = std::find_if(table.entries.begin(), table.entries.end(), [&](const energy::TableEntry& entry) {
        return entry.component == component && entry.action == action;
      });
      // In the place of a derived value goes one; what the run's machines do not count has none, and needs none.
      energy::TableEntry entry =
          found != table.entries.end() ? *found : energy::TableEntry{component, action, 0, 0, "", "", ""};
      read_entry(value, table.unit, is_derived, entry);
      if (found != table.entries.end()) {
        *found = std::move(entry);
      } else if (!is_derived) {
        table.entries.push_back(std::move(entry));
      }
    }
  }
}

/// Of all machines, whichever run: what they share costs the same.
void derive(const Accelerator& accelerator, const energy::Technology& technology, energy::Table& table) {
  table.entries = scnn::derived_entries(accelerator, technology);
  for (energy::TableEntry& entry : dense::derived_entries(accelerator, technology)) {
    if (table.find(entry.component, entry.action) == nullptr) table.add(std::move(entry));
  }
  table.areas = scnn::derived_areas(accelerator, technology);
  const std::vector<energy::ComponentArea> of_dense = dense::derived_areas(accelerator, technology);
  table.areas.insert(table.areas.end(), of_dense.begin(), of_dense.end());
}

/// Of EIE, which shares no more than DRAM with the others. @param node of the technology
void derive_eie(const eie::Parameters& parameters, const energy::Technology& technology, const ConfigNode& node,
                energy::Table& table) {
  try {
    for (energy::TableEntry& entry : eie::derived_entries(parameters, technology)) {
      if (table.find(entry.component, entry.action) == nullptr) table.add(std::move(entry));
    }
    const std::vector<energy::ComponentArea> areas = eie::derived_areas(parameters, technology);
    table.areas.insert(table.areas.end(), areas.begin(), areas.end());
  } catch (const std::out_of_range&) {
    node.fail("machine eie needs a scaling from 45 nm, in which its power is published");
  }
}

/// Curves that go through far-fetched points may lead anywhere. @param node of the technology
void check_derived(const energy::Table& table, const ConfigNode& node) {
  const auto check = [&](double value, const std::string& what, const char* unit) {
    if (value <= most_value) return;
    node.fail(
        fmt::format("gives {} {} {}; at most {} is allowed", what, number_text(value), unit, number_text(most_value)));
  };
  for (const energy::TableEntry& entry : table.entries) {
    check(entry.energy_pj, fmt::format("component {}, action {}", entry.component, entry.action), "pJ");
  }
  for (const energy::ComponentArea& area : table.areas) {
    check(area.area_um2, fmt::format("component {} of {}", area.component, area.machine), "um2");
  }
}

void read_areas(const ConfigNode& areas, energy::Table& table) {
  areas.allow_keys({name_of(Machine::scnn), name_of(Machine::dcnn), name_of(Machine::eie)});
  for (const auto& [machine, components] : areas.entries()) {
    for (const auto& [component, area] : components.entries()) {
      area.allow_keys({"area_um2", "formula", "source"});
      table.areas.push_back({machine, component, area.at("area_um2").as_number(0, most_value),
                             area.has("formula") ? area.at("formula").as_string() : "", area.at("source").as_string()});
    }
  }
}

}  // namespace

energy::Table read_energy_table(const ConfigNode& node, const std::vector<Machine>& machines,
                                const Accelerator& accelerator) {
  if (node.has("ert")) return read_energy_reference_table(node, machines, accelerator);

  node.allow_keys({"name", "unit", "components", "technology", "areas"});
  const std::vector<std::string> units{"pJ", "MAC"};
  energy::Table table;
  table.name = node.at("name").as_string();
  if (table.name.empty()) node.at("name").fail("must not be empty");
  table.unit = units[node.at("unit").as_choice(units)];

  const auto counted = counted_actions({Machine::scnn, Machine::dcnn, Machine::eie}, accelerator);
  if (node.has("technology")) {
    if (table.unit != "pJ") {
      node.at("unit").fail(fmt::format("must be pJ, in which a technology states energies, got {}", table.unit));
    }
    if (node.has("areas")) node.at("areas").fail("goes with a table; a technology gives the areas itself");
    const energy::Technology technology = read_technology(node.at("technology"));
    derive(accelerator, technology, table);
    if (std::find(machines.begin(), machines.end(), Machine::eie) != machines.end()) {
      derive_eie(accelerator.eie, technology, node.at("technology"), table);
    }
    check_derived(table, node.at("technology"));
    if (node.has("components")) read_components(node.at("components"), counted, true, table);
    return table;
  }
  read_components(node.at("components"), counted, false, table);
  for (const Machine machine : machines) {
    for (const energy::ActionCount& count : actions_of(machine, {}, accelerator)) {
      if (table.find(count.component, count.action) != nullptr) continue;
      node.at("components")
          .fail(fmt::format("energy table {} has no entry for component {}, action {}, which machine {} counts",
                            table.name, count.component, count.action, name_of(machine)));
    }
  }
  if (node.has("areas")) read_areas(node.at("areas"), table);
  return table;
}

std::string energy_table_yaml(const energy::Table& table, int indent) {
  const std::string margin(static_cast<std::size_t>(indent), ' ');
  const auto origin = [&](const std::string& formula, const std::string& source) {
    return (formula.empty() ? "" : fmt::format("{}      formula: {}\n", margin, yaml_string(formula))) +
           fmt::format("{}      source: {}\n", margin, yaml_string(source));
  };
  std::string text =
      fmt::format("{0}name: {1}\n{0}unit: {2}  # {3}\n{0}components:\n", margin, yaml_string(table.name), table.unit,
                  table.unit == "pJ" ? "picojoules" : "energies relative to one multiply-accumulate");
  std::string_view open;
  for (const energy::TableEntry& entry : table.entries) {
    if (entry.component != open) text += fmt::format("{}  {}:\n", margin, entry.component);
    open = entry.component;
    text +=
        fmt::format("{0}    {1}:\n{0}      {2}: {3}\n{0}      bits: {4}\n{0}      node: {5}\n", margin, entry.action,
                    energy_key(table.unit), number_text(entry.energy_pj), entry.bits, yaml_string(entry.node)) +
        origin(entry.formula, entry.source);
  }
  if (!table.areas.empty()) text += fmt::format("{}areas:  # of one PE\n", margin);
  open = "";
  for (const energy::ComponentArea& area : table.areas) {
    if (area.machine != open) text += fmt::format("{}  {}:\n", margin, area.machine);
    open = area.machine;
    text += fmt::format("{0}    {1}:\n{0}      area_um2: {2}\n", margin, area.component, number_text(area.area_um2)) +
            origin(area.formula, area.source);
  }
  return text;
}

}  // namespace sim
