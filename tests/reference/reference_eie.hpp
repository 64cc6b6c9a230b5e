#pragma once

#include <cstdint>
#include <vector>

#include "tests/reference/reference_eie_weights.hpp"

/// A slow and literal reading of the EIE machine: every PE in every cycle. It shares no code with the model.
namespace reference {

struct EieParameters {
  std::int64_t pes = 64;
  std::int64_t queue = 8;
  std::int64_t index_bits = 4;
  std::int64_t weight_bits = 4;
  std::int64_t entries_per_word = 8;
  std::int64_t activations_per_pe = 64;
  std::int64_t pipeline_latency = 4;
};

/// A fully connected layer of `M` outputs and `N` inputs.
struct EieLayer {
  std::int64_t M = 1;
  std::int64_t N = 1;
  SharedWeights weights;                  ///< (M, N)
  std::vector<std::int16_t> activations;  ///< (N)
  int product_shift = 0;                  ///< products are shifted right by it, half up
};

struct EieCounters {
  std::int64_t broadcasts = 0;
  std::int64_t entries = 0;
  std::int64_t placeholders = 0;
  std::int64_t empty_columns = 0;
  std::int64_t pointer_reads = 0;
  std::int64_t spmat_word_reads = 0;
  std::int64_t accumulator_updates = 0;
  std::int64_t accumulator_bypasses = 0;
  bool operator==(const EieCounters&) const = default;
};

struct EiePeCycles {
  std::int64_t busy = 0;
  std::int64_t starved = 0;
  std::int64_t latency = 0;
  bool operator==(const EiePeCycles&) const = default;
};

struct EieOutcome {
  std::int64_t cycles = 0;
  EieCounters counters;
  EiePeCycles pe_cycles;
  std::vector<std::int64_t> sums;  ///< (M), before bias
};

/// Simulates one layer.
/// @throws std::invalid_argument if the operands do not belong together, or the machine cannot work
/// @throws std::logic_error if an invariant of the description does not hold
EieOutcome simulate_eie(const EieLayer& layer, const EieParameters& machine);

}  // namespace reference
