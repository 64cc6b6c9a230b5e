#pragma once

#include "models/energy/technology.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// Reads the `technology` of an energy file, what energies and areas are derived from: `configs/energy/scnn-16nm.yaml`
/// shows every key. The points of a curve stand in the order of their sizes.
/// @throws pruning::InputError for anything misspelt, missing, out of range or out of order, and for a point of a node
///         without a scaling
energy::Technology read_technology(const workloads::ConfigNode& node);

}  // namespace sim
