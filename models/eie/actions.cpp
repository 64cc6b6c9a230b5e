#include "models/eie/actions.hpp"

namespace eie {

namespace {

/// Nodes of the detection's tree: each serves four PEs, or four nodes (Han et al., ISCA 2016, section 4).
std::int64_t detection_nodes(std::int64_t pes) {
  std::int64_t nodes = 0;
  while (pes > 1) nodes += pes = (pes + 3) / 4;
  return nodes;
}

}  // namespace

std::vector<energy::ActionCount> actions_of(const Counters& counters, const Parameters& parameters) {
  constexpr std::int64_t value_bits = 16;
  constexpr std::int64_t index_bits = 16;  // of a column in a queue, and of a pointer
  const std::int64_t word_bits = parameters.entries_per_word * (parameters.index_bits + parameters.weight_bits);
  return {
      {"leading_nonzero_detection", "select", counters.broadcasts * detection_nodes(parameters.pes), value_bits},
      {"activation_queue", "pass", counters.broadcasts * parameters.pes, value_bits + index_bits},
      {"pointer_read", "read", counters.pointer_reads, index_bits},
      {"sparse_matrix_read", "read", counters.spmat_word_reads, word_bits},
      // Placeholders too: the unit adds up the runs.
      {"arithmetic_unit", "process", counters.entries, value_bits},
      {"activation_read_write", "update", counters.accumulator_updates, value_bits},
      {"dram", "read_activations", counters.dram_activation_bytes_read, 8},
      {"dram", "write_activations", counters.dram_activation_bytes_written, 8},
  };
}

}  // namespace eie
