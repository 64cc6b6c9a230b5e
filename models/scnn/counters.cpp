#include "models/scnn/counters.hpp"

#include <array>

namespace scnn {

namespace {

constexpr std::array counters{
    CounterInfo<Counters>{"issues", &Counters::issues, "issues",
                          "pairs of an activation vector and a weight vector that the multiplier arrays took"},
    CounterInfo<Counters>{"multiplier_slots", &Counters::multiplier_slots, "slots", "issues x F x I"},
    CounterInfo<Counters>{"products", &Counters::products, "products", "pairs of two non-zero values multiplied"},
    CounterInfo<Counters>{"products_discarded", &Counters::products_discarded, "products",
                          "products whose output lies outside the plane"},
    CounterInfo<Counters>{"products_merged", &Counters::products_merged, "products",
                          "products added to another of the same issue and address before the crossbar"},
    CounterInfo<Counters>{"products_accumulated", &Counters::products_accumulated, "products",
                          "products that belong to an output: references without any bypass"},
    CounterInfo<Counters>{"accumulator_references", &Counters::accumulator_references, "references",
                          "updates of an accumulator entry in memory, each one read and one write"},
    CounterInfo<Counters>{"bypass_hits", &Counters::bypass_hits, "references",
                          "updates of a partial sum that a bypass register held"},
    CounterInfo<Counters>{"row_references", &Counters::row_references, "references",
                          "output references by the accounting of the published tables: one for every output, filter "
                          "row with a non-zero weight and non-zero activation"},
    CounterInfo<Counters>{"placeholder_lanes", &Counters::placeholder_lanes, "slots",
                          "issued pairs with a placeholder or a stored zero"},
    CounterInfo<Counters>{"iaram_vector_reads", &Counters::iaram_vector_reads, "vectors",
                          "activation vectors of I elements read from the IARAM"},
    CounterInfo<Counters>{"weight_fifo_reads", &Counters::weight_fifo_reads, "entries",
                          "entries of F weights read from the weight FIFOs"},
    CounterInfo<Counters>{"weight_fifo_writes", &Counters::weight_fifo_writes, "entries",
                          "entries of F weights written to the weight FIFOs, one per PE and broadcast entry"},
    CounterInfo<Counters>{"crossbar_transfers", &Counters::crossbar_transfers, "products",
                          "products, merged ones once, that crossed the scatter crossbar"},
    CounterInfo<Counters>{"halo_values", &Counters::halo_values, "partial sums",
                          "partial sums sent to the PE that owns their output"},
    CounterInfo<Counters>{"ppu_values", &Counters::ppu_values, "outputs",
                          "outputs that the post-processing units made"},
    CounterInfo<Counters>{"oaram_elements_written", &Counters::oaram_elements_written, "elements",
                          "compressed output elements, placeholders included"},
    CounterInfo<Counters>{"dram_weight_bytes_read", &Counters::dram_weight_bytes_read, "bytes",
                          "compressed weights read from DRAM"},
    CounterInfo<Counters>{"dram_activation_bytes_read", &Counters::dram_activation_bytes_read, "bytes",
                          "compressed input activations read from DRAM"},
    CounterInfo<Counters>{"dram_activation_bytes_written", &Counters::dram_activation_bytes_written, "bytes",
                          "compressed output activations written to DRAM"},
};

constexpr std::array pe_cycles{
    CounterInfo<PeCycles>{"issue", &PeCycles::issue, "PE-cycles", "a vector pair was issued"},
    CounterInfo<PeCycles>{"conflict", &PeCycles::conflict, "PE-cycles",
                          "inside a segment without an issue: products wait for accumulator banks"},
    CounterInfo<PeCycles>{"supply", &PeCycles::supply, "PE-cycles", "waiting for weights for want of bandwidth"},
    CounterInfo<PeCycles>{"fifo", &PeCycles::fifo, "PE-cycles",
                          "waiting for weights that a full FIFO held up, mostly that of a slower PE"},
    CounterInfo<PeCycles>{"flush", &PeCycles::flush, "PE-cycles",
                          "last products of a group on their way to the accumulators"},
    CounterInfo<PeCycles>{"barrier", &PeCycles::barrier, "PE-cycles",
                          "done with a group and waiting for the slowest PE"},
    CounterInfo<PeCycles>{"drain", &PeCycles::drain, "PE-cycles",
                          "waiting for halo exchange, post-processing or the DRAM traffic of temporal tiles"},
};

// A field that the tables leave out would be lost in sums and outputs.
static_assert(sizeof(Counters) == counters.size() * sizeof(std::int64_t));
static_assert(sizeof(PeCycles) == pe_cycles.size() * sizeof(std::int64_t));

}  // namespace

void find_dependent(Counters& counters, std::int64_t lanes) {
  counters.multiplier_slots = counters.issues * lanes;
  counters.products_discarded = counters.products - counters.products_accumulated;
  counters.crossbar_transfers = counters.products_accumulated;
  counters.accumulator_references = counters.crossbar_transfers - counters.bypass_hits;
}

Counters& Counters::operator+=(const Counters& other) {
  models::add_fields(*this, other, counters);
  return *this;
}

PeCycles& PeCycles::operator+=(const PeCycles& other) {
  models::add_fields(*this, other, pe_cycles);
  return *this;
}

std::int64_t PeCycles::total() const {
  std::int64_t sum = 0;
  for (const CounterInfo<PeCycles>& info : pe_cycles) sum += this->*info.field;
  return sum;
}

std::span<const CounterInfo<Counters>> counter_table() {
  return counters;
}
std::span<const CounterInfo<PeCycles>> pe_cycle_table() {
  return pe_cycles;
}

}  // namespace scnn
