#include "models/dense/actions.hpp"

#include "models/scnn/widths.hpp"

namespace dense {

std::vector<energy::ActionCount> actions_of(const Counters& counters, const scnn::Parameters& parameters) {
  using scnn::value_bits;
  const std::int64_t vector_bits = parameters.lanes() * value_bits;
  const std::int64_t sum_bits = parameters.accumulator_bits;
  return {
      {"multipliers", "multiply", counters.multiplications, value_bits},
      // Held back, it still takes a cycle of its clock.
      {"multipliers", "gated", counters.multiplications_gated, value_bits},
      // The tree adds the products of an issue, those of gated multipliers too, and the accumulator adds their sum.
      {"adder_tree", "add", counters.multiplications + counters.multiplications_gated - counters.issues, sum_bits},
      {"accumulation_buffer", "add", counters.accumulator_references, sum_bits},
      {"accumulation_buffer", "read", counters.accumulator_references, sum_bits},
      {"accumulation_buffer", "write", counters.accumulator_references, sum_bits},
      {"accumulation_buffer", "drain", counters.ppu_values, sum_bits},
      {"weight_buffer", "read", counters.weight_buffer_reads, vector_bits},
      {"weight_buffer", "write", counters.weight_buffer_writes, vector_bits},
      {"activation_sram", "read", counters.activation_vector_reads, vector_bits},
      // Outputs, which are the next layer's inputs, and copies for the neighbours.
      {"activation_sram", "write", counters.ppu_values + counters.input_halo_values, value_bits},
      {"activation_sram", "fill", counters.activation_bytes_filled, 8},
      {"activation_sram", "spill", counters.activation_bytes_spilled, 8},
      {"post_processing", "value", counters.ppu_values, sum_bits},
      {"halo", "transfer", counters.input_halo_values, value_bits},
      {"dram", "read_weights", counters.dram_weight_bytes_read, 8},
      {"dram", "read_activations", counters.dram_activation_bytes_read, 8},
      {"dram", "write_activations", counters.dram_activation_bytes_written, 8},
  };
}

}  // namespace dense
