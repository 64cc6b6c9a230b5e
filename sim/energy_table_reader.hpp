#pragma once

#include <string>
#include <vector>

#include "models/energy/energy.hpp"
#include "sim/machine.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads an energy table:
///
///     name: scnn-16nm
///     unit: pJ                  # or MAC, for a table relative to one multiply-accumulate
///     components:
///       multipliers:
///         multiply: {energy_pj: 0.13, bits: 16, node: 16 nm, source: "..."}   # `energy` if the unit is MAC
///
/// @param machines whose actions must all have an entry
/// @throws pruning::InputError for anything misspelt, out of range or missing
energy::Table read_energy_table(const workloads::ConfigNode& node, const std::vector<Machine>& machines);

/// The table as YAML, as it is read. @param indent blanks in front of every line
std::string energy_table_yaml(const energy::Table& table, int indent = 0);

}  // namespace sim
