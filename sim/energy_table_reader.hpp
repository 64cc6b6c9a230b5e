#pragma once

#include <string>
#include <vector>

#include "models/energy/energy.hpp"
#include "models/scnn/parameters.hpp"
#include "sim/machine.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads the `energy` of a run file. It is one of
///
/// - a table, which states the energy of every action:
///
///       name: mine
///       unit: pJ                  # or MAC, for a table relative to one multiply-accumulate
///       components:
///         multipliers:
///           multiply: {energy_pj: 0.13, bits: 16, node: 16 nm, source: "..."}   # `energy` if the unit is MAC
///       areas:                    # optional; of one PE, of scnn and dcnn
///         scnn:
///           multipliers: {area_um2: 4826, source: "..."}
///
/// - a technology, from which the table is derived for the sizes of the accelerator (see `read_technology`); what
///   `components` then states takes the place of single values:
///
///       name: scnn-16nm
///       unit: pJ
///       technology: {...}
///       components: {dram: {read_weights: {energy_pj: 20}}}
///
/// - an energy reference table of Accelergy (see `read_energy_reference_table`):
///
///       ert: ERT.yaml
///
/// @param machines whose actions must all have an entry
/// @throws pruning::InputError for anything misspelt, out of range or missing
energy::Table read_energy_table(const workloads::ConfigNode& node, const std::vector<Machine>& machines,
                                const Accelerator& accelerator = {});

/// The table as YAML, as it is read. @param indent blanks in front of every line
std::string energy_table_yaml(const energy::Table& table, int indent = 0);

}  // namespace sim
