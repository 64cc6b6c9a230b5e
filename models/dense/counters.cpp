#include "models/dense/counters.hpp"

#include <array>

namespace dense {

namespace {

using models::CounterInfo;

constexpr std::array counters{
    CounterInfo<Counters>{"issues", &Counters::issues, "issues",
                          "pairs of an activation vector and a weight vector that the dot-product units took"},
    CounterInfo<Counters>{"multiplier_slots", &Counters::multiplier_slots, "slots", "issues x F x I"},
    CounterInfo<Counters>{"multiplications", &Counters::multiplications, "multiplications",
                          "operand pairs that a multiplier took, whatever their values; the padding's zeros are "
                          "operands too"},
    CounterInfo<Counters>{"multiplications_gated", &Counters::multiplications_gated, "multiplications",
                          "operand pairs with a zero that left the multiplier switched off"},
    CounterInfo<Counters>{"products", &Counters::products, "products", "pairs of two non-zero values multiplied"},
    CounterInfo<Counters>{"accumulator_references", &Counters::accumulator_references, "references",
                          "updates of a partial sum in memory, each one read and one write: one for every issue"},
    CounterInfo<Counters>{"activation_vector_reads", &Counters::activation_vector_reads, "vectors",
                          "vectors of F x I activations read from the activation SRAM; one meets all output channels "
                          "of a group"},
    CounterInfo<Counters>{"weight_buffer_reads", &Counters::weight_buffer_reads, "vectors",
                          "vectors of F x I weights read from the weight buffers, one for every issue"},
    CounterInfo<Counters>{"weight_buffer_writes", &Counters::weight_buffer_writes, "vectors",
                          "vectors of F x I weights written to the weight buffers, one per PE and broadcast vector"},
    CounterInfo<Counters>{"input_halo_values", &Counters::input_halo_values, "activations",
                          "input activations copied to a PE that needs them from the one that holds them"},
    CounterInfo<Counters>{"ppu_values", &Counters::ppu_values, "outputs",
                          "outputs that the post-processing units made"},
    CounterInfo<Counters>{"activation_bytes_filled", &Counters::activation_bytes_filled, "bytes",
                          "uncompressed input activations from DRAM written to the activation SRAM"},
    CounterInfo<Counters>{"activation_bytes_spilled", &Counters::activation_bytes_spilled, "bytes",
                          "uncompressed output activations read from the activation SRAM for DRAM"},
    CounterInfo<Counters>{"dram_weight_bytes_read", &Counters::dram_weight_bytes_read, "bytes",
                          "weights read from DRAM, zeros too"},
    CounterInfo<Counters>{"dram_activation_bytes_read", &Counters::dram_activation_bytes_read, "bytes",
                          "input activations read from DRAM, compressed by DCNN-opt only"},
    CounterInfo<Counters>{"dram_activation_bytes_written", &Counters::dram_activation_bytes_written, "bytes",
                          "output activations written to DRAM, compressed by DCNN-opt only"},
};

constexpr std::array pe_cycles{
    CounterInfo<PeCycles>{"busy", &PeCycles::busy, "PE-cycles", "a vector pair was multiplied"},
    CounterInfo<PeCycles>{"idle", &PeCycles::idle, "PE-cycles",
                          "done with its outputs and waiting for the PE that has the most"},
};

// A field that the tables leave out would be lost in sums and outputs.
static_assert(sizeof(Counters) == counters.size() * sizeof(std::int64_t));
static_assert(sizeof(PeCycles) == pe_cycles.size() * sizeof(std::int64_t));

}  // namespace

Counters& Counters::operator+=(const Counters& other) {
  models::add_fields(*this, other, counters);
  return *this;
}

PeCycles& PeCycles::operator+=(const PeCycles& other) {
  models::add_fields(*this, other, pe_cycles);
  return *this;
}

std::span<const CounterInfo<Counters>> counter_table() {
  return counters;
}
std::span<const CounterInfo<PeCycles>> pe_cycle_table() {
  return pe_cycles;
}

}  // namespace dense
