#include "sim/counted_actions.hpp"

#include <algorithm>

namespace sim {

std::vector<energy::ActionCount> counted_actions(const std::vector<Machine>& machines, const Accelerator& accelerator) {
  std::vector<energy::ActionCount> counted;
  for (const Machine machine : machines) {
    const std::vector<energy::ActionCount> of_machine = actions_of(machine, {}, accelerator);
    counted.insert(counted.end(), of_machine.begin(), of_machine.end());
  }
  return counted;
}

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

std::vector<std::string> component_names(const std::vector<energy::ActionCount>& counted) {
  std::vector<std::string> names;
  for (const energy::ActionCount& count : counted) add_once(names, count.component);
  return names;
}

std::vector<std::string> action_names(const std::vector<energy::ActionCount>& counted, std::string_view component) {
  std::vector<std::string> names;
  for (const energy::ActionCount& count : counted) {
    if (count.component == component) add_once(names, count.action);
  }
  return names;
}

}  // namespace sim
