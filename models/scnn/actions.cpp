#include "models/scnn/actions.hpp"

#include "models/scnn/widths.hpp"

namespace scnn {

std::vector<energy::ActionCount> actions_of(const Counters& counters, const Parameters& parameters,
                                            DenseOperand dense) {
  const std::int64_t sum_bits = parameters.accumulator_bits;
  const auto element_bits = [&](DenseOperand operand) {
    return value_bits + (dense == operand ? 0 : parameters.index_bits);
  };
  const std::int64_t weight_bits = element_bits(DenseOperand::weights);
  const std::int64_t activation_bits = element_bits(DenseOperand::activations);
  const std::int64_t entry_tag_bits = address_bits(parameters.accumulator_entries);
  const std::int64_t registers = parameters.bypass_registers;

  return {
      // Only pairs of two non-zero values switch a multiplier; products outside the plane were multiplied too.
      {"multipliers", "multiply", counters.products, value_bits},
      // Merging adds a product to another of the same issue.
      {"multipliers", "merge_add", counters.products_merged, sum_bits},
      // A product crosses together with the bank and entry that it goes to.
      {"crossbar", "transfer", counters.crossbar_transfers, sum_bits + address_bits(parameters.partial_sums())},
      // What arrives at a bank is added to a partial sum, wherever that is kept.
      {"accumulators", "add", counters.crossbar_transfers, sum_bits},
      {"accumulators", "read", counters.accumulator_references, sum_bits},
      {"accumulators", "write", counters.accumulator_references, sum_bits},
      // At the end of a group each partial sum is read once, to its owner or to post-processing.
      {"accumulators", "drain", counters.halo_values + counters.ppu_values, sum_bits},
      // A hit updates a register and a miss fills one; either compares the entry numbers of all of them.
      {"bypass_registers", "access", registers == 0 ? 0 : counters.bypass_hits + counters.accumulator_references,
       sum_bits + registers * entry_tag_bits},
      {"weight_fifo", "read", counters.weight_fifo_reads, parameters.weights_per_cycle * weight_bits},
      {"weight_fifo", "write", counters.weight_fifo_writes, parameters.weights_per_cycle * weight_bits},
      {"iaram", "read", counters.iaram_vector_reads, parameters.activations_per_cycle * activation_bits},
      // The IARAM is filled from DRAM only: what an earlier layer left on chip is there already. Counted in
      // bytes as the DRAM's traffic is, so that nothing is rounded.
      {"iaram", "write", counters.dram_activation_bytes_read, 8},
      {"oaram", "write", counters.oaram_elements_written, activation_bits},
      // The OARAM is read to write to DRAM; an output that stays becomes the next layer's IARAM.
      {"oaram", "read", counters.dram_activation_bytes_written, 8},
      // Bias, ReLU, rounding and the test for zero of one output.
      {"post_processing", "value", counters.ppu_values, sum_bits},
      // A partial sum goes to the neighbour that owns its output and is added there.
      {"halo", "transfer", counters.halo_values, sum_bits},
      {"halo", "add", counters.halo_values, sum_bits},
      {"dram", "read_weights", counters.dram_weight_bytes_read, 8},
      {"dram", "read_activations", counters.dram_activation_bytes_read, 8},
      {"dram", "write_activations", counters.dram_activation_bytes_written, 8},
  };
}

}  // namespace scnn
