#pragma once

#include <map>
#include <string>

#include "pruning/convolution_shape.hpp"
#include "sim/run_file.hpp"
#include "workloads/config_node.hpp"

namespace sim {

// The keys of a run file that say which machines run which layers, and how these are cut. Each function throws
// pruning::InputError.

/// Reads `machine: NAME`, `machine: {conv: NAME, linear: NAME}` or `machines: [NAME, ...]` into `run.machines` and
/// `run.by_layer_type`; SCNN alone if the run file has none of them.
void read_machines(const workloads::ConfigNode& root, RunFile& run);

/// Sees to it that the machines can run `run.layers`: EIE has no convolutions to run.
void check_machine_runs(const workloads::ConfigNode& root, const RunFile& run);

/// Whether a run file can say how the machine cuts layers; the others have rules of their own.
bool takes_temporal_tiles(Machine machine);

/// Reads `{conv1_2: [4, 2]}`: rows and columns of the passes. @param run its network and machines are known
std::map<std::string, pruning::RowsColumns> read_temporal_tiles(const workloads::ConfigNode& node, const RunFile& run);

}  // namespace sim
