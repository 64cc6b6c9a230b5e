#include "models/eie/counters.hpp"

#include <array>

namespace eie {

namespace {

using models::CounterInfo;

constexpr std::array counters{
    CounterInfo<Counters>{"broadcasts", &Counters::broadcasts, "activations",
                          "non-zero inputs that were broadcast to the activation queues of all PEs"},
    CounterInfo<Counters>{"entries", &Counters::entries, "entries",
                          "entries of the sparse matrix that were processed, placeholders among them"},
    CounterInfo<Counters>{"placeholders", &Counters::placeholders, "entries",
                          "processed entries that only carry a run of zeros on"},
    CounterInfo<Counters>{"empty_columns", &Counters::empty_columns, "columns",
                          "visits of columns of which the PE stores no entry; each takes a cycle"},
    CounterInfo<Counters>{"pointer_reads", &Counters::pointer_reads, "pointers",
                          "column pointers read, 2 per column and PE that visits it"},
    CounterInfo<Counters>{"spmat_word_reads", &Counters::spmat_word_reads, "words",
                          "words read from the sparse-matrix SRAMs: entries in the word that was read last take none"},
    CounterInfo<Counters>{"accumulator_updates", &Counters::accumulator_updates, "updates",
                          "products of a non-zero weight and a non-zero activation added to an output"},
    CounterInfo<Counters>{"accumulator_bypasses", &Counters::accumulator_bypasses, "updates",
                          "updates of the row that the PE updated in the cycle before, by another column: the adder's "
                          "output goes back to its input"},
    CounterInfo<Counters>{"dram_activation_bytes_read", &Counters::dram_activation_bytes_read, "bytes",
                          "input activations read from DRAM, uncompressed"},
    CounterInfo<Counters>{"dram_activation_bytes_written", &Counters::dram_activation_bytes_written, "bytes",
                          "output activations written to DRAM, uncompressed"},
};

constexpr std::array pe_cycles{
    CounterInfo<PeCycles>{"busy", &PeCycles::busy, "PE-cycles", "an entry or an empty column was processed"},
    CounterInfo<PeCycles>{"starved", &PeCycles::starved, "PE-cycles",
                          "not busy, up to the last cycle in which any PE is: the queue is empty because another PE's "
                          "is full, or the inputs are all broadcast"},
    CounterInfo<PeCycles>{"latency", &PeCycles::latency, "PE-cycles", "the pipeline empties at the end of the layer"},
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

}  // namespace eie
