#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/objective.hpp"
#include "workloads/config_node.hpp"

namespace sim {

/// A key of the run file and the values that it takes.
struct Axis {
  std::string key;  ///< dotted
  pruning::Location location;
  std::vector<workloads::ConfigNode> values;
};

/// Axes that vary together: the first values of all, then the second, and so on.
struct Dimension {
  std::vector<Axis> axes;
  [[nodiscard]] std::size_t size() const { return axes.front().values.size(); }
};

struct Sample {
  std::int64_t points = 0;
  std::uint64_t seed = 1;
};

/// A condition that every point must meet.
struct NamedConstraint {
  std::string name;
  workloads::ConfigNode expression;
};

/// A sweep file:
///
///     base: ../vgg16.yaml                 # a run file, or the mapping itself
///     set: {timing_only: true}            # keys of the run file for all points
///     axes:                               # crossed, the last one fastest
///       accelerator.pe.rows: [4, 8, 16]
///       accelerator.index_bits: {from: 2, to: 8, step: 2}
///       accelerator.pe.crossbar.bank_queue: {from: 1, to: 64, factor: 2}
///     zipped:                             # groups of axes that vary together, each crossed with all else
///       - {accelerator.pe.rows: [4, 8], accelerator.pe.columns: [8, 4]}
///     constraints:
///       equal_multipliers: accelerator.pe.weights_per_cycle * accelerator.pe.activations_per_cycle == 16
///     sample: {points: 100, seed: 1}      # this many at random instead of all; all if there are fewer
///     objectives: [cycles, energy]        # to minimise; of cycles, energy, energy_delay_product, area, references
///
/// Relative paths are relative to the file that they stand in.
struct SweepFile {
  std::string name;  ///< of the file, without extension
  std::string text;  ///< of the file
  workloads::ConfigNode
      base;  ///< the run file of all points, references followed; copy it before setting a point's values
  std::vector<Dimension> dimensions;
  std::vector<NamedConstraint> constraints;
  std::optional<Sample> sample;
  std::vector<Objective> objectives;  ///< at least one

  /// The axes of all dimensions, in their order.
  [[nodiscard]] std::vector<const Axis*> axes() const;
};

/// @throws pruning::InputError
SweepFile read_sweep_file(const std::filesystem::path& file);

/// A value as tables show it: what stands in YAML, on one line.
std::string shown_value(const workloads::ConfigNode& value);

}  // namespace sim
