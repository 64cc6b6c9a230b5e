#pragma once

#include <vector>

#include "models/energy/energy.hpp"
#include "models/scnn/parameters.hpp"
#include "sim/machine.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads the energies of a run from an energy reference table of Accelergy (Wu et al., ICCAD 2019), in pJ:
///
///     name: mine                            # default: the file's name without extension
///     ert: ERT.yaml
///     map:                                  # where the names there are not those of the machine
///       weight_fifo:
///         name: system.PE[0..63].weights_spad
///         actions: {read: {arguments: {data_delta: 1}}, write: {name: update, bits: 16}}
///
/// A component's table is the one of its mapped name, in full or from after a dot on; unmapped, of its own name, and of
/// several that of the machine which the file's name begins with, as in the ERT.yaml of a run of several machines. An
/// energy there is that of one action as wide as the machine has it, or of `bits` bits where the map says so; of
/// several actions of a name it is the one with the map's `arguments`. The ERT.yaml of a run can so be read as it is.
/// @param counted the actions that must have an energy, with their widths
/// @throws pruning::InputError for a component or action that the file lacks or has twice
energy::Table read_energy_reference_table(const workloads::ConfigNode& node, const std::vector<Machine>& machines,
                                          const Accelerator& accelerator);

}  // namespace sim
