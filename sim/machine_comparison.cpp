#include "sim/machine_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/text_table.hpp"

namespace sim {

namespace {

const LayerCost* find(const MachineCost& machine, const std::string& layer) {
  const auto found = std::find_if(machine.layers.begin(), machine.layers.end(),
                                  [&](const LayerCost& cost) { return cost.layer == layer; });
  return found == machine.layers.end() ? nullptr : &*found;
}

bool ran_the_same(const MachineCost& a, const MachineCost& b) {
  return a.layers.size() == b.layers.size() &&
         std::all_of(a.layers.begin(), a.layers.end(),
                     [&](const LayerCost& layer) { return find(b, layer.layer) != nullptr; });
}

std::string ratio_text(double ours, double reference) {
  return ours == 0 ? "-" : fmt::format("{:.2f}", reference / ours);
}

std::string speed_up(const LayerCost& ours, const LayerCost& reference) {
  return ratio_text(ours.microseconds, reference.microseconds);
}

std::string energy_ratio(const LayerCost& ours, const LayerCost& reference) {
  if (!ours.energy || !reference.energy) return "-";
  return ratio_text(*ours.energy, *reference.energy);
}

/// @param text_of what stands for a machine's cost beside that of the reference
template <class TextOf>
std::string table(const std::string& title, const std::vector<MachineCost>& machines, const MachineCost& reference,
                  TextOf text_of) {
  std::vector<Column> columns{{"layer", Align::left}};
  for (const MachineCost& machine : machines) {
    if (&machine != &reference) columns.push_back({machine.name, Align::right});
  }
  TextTable text(columns);
  const auto add_row = [&](const LayerCost& of_reference, const auto& cost_of) {
    std::vector<std::string> cells{of_reference.layer};
    for (const MachineCost& machine : machines) {
      if (&machine == &reference) continue;
      const LayerCost* cost = cost_of(machine);
      cells.push_back(cost == nullptr ? "-" : text_of(*cost, of_reference));
    }
    text.add_row(std::move(cells));
  };
  for (const LayerCost& layer : reference.layers) {
    add_row(layer, [&](const MachineCost& machine) { return find(machine, layer.layer); });
  }
  text.add_rule();
  add_row(reference.total,
          [&](const MachineCost& machine) { return ran_the_same(machine, reference) ? &machine.total : nullptr; });
  return title + "\n\n" + text.str();
}

}  // namespace

const MachineCost& reference_of(const std::vector<MachineCost>& machines) {
  const auto dense =
      std::find_if(machines.begin(), machines.end(), [](const MachineCost& m) { return m.machine == "dcnn"; });
  return dense == machines.end() ? machines.front() : *dense;
}

std::string machine_comparison(const std::vector<MachineCost>& machines) {
  const MachineCost& reference = reference_of(machines);
  return table(fmt::format("Speed-up over {}", reference.name), machines, reference, speed_up) + '\n' +
         table(fmt::format("Energy of {} over that of", reference.name), machines, reference, energy_ratio);
}

}  // namespace sim
