#include "models/energy/energy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace energy {

namespace {

/// The component's entry, appended if it is new: few components, so a search costs nothing.
ComponentEnergy& entry_of(Breakdown& breakdown, std::string_view component) {
  const auto found = std::find_if(breakdown.components.begin(), breakdown.components.end(),
                                  [&](const ComponentEnergy& entry) { return entry.component == component; });
  if (found != breakdown.components.end()) return *found;
  return breakdown.components.emplace_back(ComponentEnergy{std::string(component), 0.0});
}

void sum_components(Breakdown& breakdown) {
  breakdown.total_pj = 0;
  for (const ComponentEnergy& component : breakdown.components) breakdown.total_pj += component.energy_pj;
}

}  // namespace

const TableEntry* Table::find(std::string_view component, std::string_view action) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const TableEntry& entry) {
    return entry.component == component && entry.action == action;
  });
  return found == entries.end() ? nullptr : &*found;
}

void Table::add(TableEntry entry) {
  const auto last = std::find_if(entries.rbegin(), entries.rend(),
                                 [&](const TableEntry& other) { return other.component == entry.component; });
  entries.insert(last == entries.rend() ? entries.end() : last.base(), std::move(entry));
}

std::vector<ComponentArea> Table::areas_of(std::string_view machine) const {
  std::vector<ComponentArea> result;
  std::copy_if(areas.begin(), areas.end(), std::back_inserter(result),
               [&](const ComponentArea& area) { return area.machine == machine; });
  return result;
}

std::optional<double> Breakdown::find(std::string_view component) const {
  const auto found = std::find_if(components.begin(), components.end(),
                                  [&](const ComponentEnergy& entry) { return entry.component == component; });
  if (found == components.end()) return std::nullopt;
  return found->energy_pj;
}

Breakdown& Breakdown::operator+=(const Breakdown& other) {
  for (const ComponentEnergy& component : other.components) {
    entry_of(*this, component.component).energy_pj += component.energy_pj;
  }
  sum_components(*this);
  return *this;
}

double energy_of_one(const ActionCount& count, const Table& table) {
  const TableEntry* entry = table.find(count.component, count.action);
  if (entry == nullptr) {
    throw std::out_of_range(fmt::format("energy table {} has no entry for component {}, action {}", table.name,
                                        count.component, count.action));
  }
  if (count.bits == entry->bits) return entry->energy_pj;  // to the last digit
  return entry->energy_pj * static_cast<double>(count.bits) / static_cast<double>(entry->bits);
}

std::string origin_of(const TableEntry& entry) {
  return fmt::format("{} bits, {}: {}{}", entry.bits, entry.node,
                     entry.formula.empty() ? "" : entry.formula + ". Sources: ", entry.source);
}

Breakdown energy_of(const std::vector<ActionCount>& counts, const Table& table) {
  Breakdown breakdown;
  for (const ActionCount& count : counts) {
    entry_of(breakdown, count.component).energy_pj += static_cast<double>(count.count) * energy_of_one(count, table);
  }
  sum_components(breakdown);
  return breakdown;
}

}  // namespace energy
