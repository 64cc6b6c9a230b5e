#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/energy/energy.hpp"
#include "sim/machine.hpp"

namespace sim {

/// What any of the machines counts, machine by machine; all counts are 0.
std::vector<energy::ActionCount> counted_actions(const std::vector<Machine>& machines, const Accelerator& accelerator);

/// Appends a name, unless it is there already.
void add_once(std::vector<std::string>& names, std::string_view name);

/// Names of the components, each once, in order.
std::vector<std::string> component_names(const std::vector<energy::ActionCount>& counted);
/// Names of a component's actions, likewise.
std::vector<std::string> action_names(const std::vector<energy::ActionCount>& counted, std::string_view component);

}  // namespace sim
