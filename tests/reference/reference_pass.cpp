#include "tests/reference/reference_pass.hpp"

#include <algorithm>

#include "tests/reference/reference_arithmetic.hpp"
#include "tests/reference/reference_processing_element.hpp"

namespace reference {

namespace {

std::vector<Entry> cut_into_entries(const WeightStream& stream, std::int64_t length) {
  std::vector<Entry> entries;
  for (const Weight& weight : stream) {
    if (entries.empty() || static_cast<std::int64_t>(entries.back().size()) == length) entries.emplace_back();
    entries.back().push_back(weight);
  }
  return entries;
}

std::vector<std::vector<Entry>> cut_into_segments(const std::vector<Entry>& entries, std::int64_t fifo_entries) {
  const auto e = static_cast<std::int64_t>(entries.size());
  const std::int64_t n = ceil_divide(e, std::max<std::int64_t>(1, floor_divide(fifo_entries, 2)));
  std::vector<std::vector<Entry>> segments;
  for (std::int64_t j = 0; j < n; ++j) {
    segments.emplace_back(entries.begin() + floor_divide(j * e, n), entries.begin() + floor_divide((j + 1) * e, n));
  }
  return segments;
}

/// When entries 1, 2, ... of a pass can be used.
class Broadcast {
 public:
  explicit Broadcast(const scnn::Parameters& machine) : machine_(machine) {}

  /// The next entry leaves DRAM.
  void deliver(const Entry& entry) {
    for (const Weight& weight : entry) {
      bits_ += bits_of(weight, machine_.index_bits);
      if (weight.is_placeholder) ++placeholders_;
    }
    const std::int64_t m = last_entry() + 1;
    const std::int64_t b = machine_.broadcast_entries;
    const std::int64_t d = dram_cycles(bits_, machine_.dram_bytes_per_cycle, machine_.dram_latency);
    usable_.push_back(
        std::max({1 + at(usable_, m - b), 1 + at(free_, m - machine_.weight_fifo_entries), 1 + d, at(usable_, m - 1)}));
    unhindered_.push_back(std::max(1 + at(unhindered_, m - b), 1 + d));
  }

  /// All PEs are through with all entries delivered so far in cycle `finish`; those freed before stay as they were.
  void free_delivered(std::int64_t finish) { free_.resize(usable_.size(), finish); }

  [[nodiscard]] std::int64_t last_entry() const { return static_cast<std::int64_t>(usable_.size()) - 1; }
  [[nodiscard]] std::int64_t usable() const { return usable_.back(); }          ///< T of the last entry
  [[nodiscard]] std::int64_t unhindered() const { return unhindered_.back(); }  ///< S of the last entry
  [[nodiscard]] std::int64_t bits() const { return bits_; }
  [[nodiscard]] std::int64_t placeholders() const { return placeholders_; }

 private:
  static std::int64_t at(const std::vector<std::int64_t>& cycles, std::int64_t m) {
    return m <= 0 ? 0 : cycles.at(static_cast<std::size_t>(m));
  }

  const scnn::Parameters& machine_;
  std::int64_t bits_ = 0;
  std::int64_t placeholders_ = 0;
  // By number of the entry; entry 0 does not exist.
  std::vector<std::int64_t> usable_ = {0};      // T
  std::vector<std::int64_t> unhindered_ = {0};  // S
  std::vector<std::int64_t> free_ = {0};        // Free
};

/// Sends every PE's partial sums to the owners of their outputs.
/// @return cycles of the drain
std::int64_t drain_group(const std::vector<ProcessingElement>& pes, Range filters,
                         const pruning::ConvolutionShape& shape, const scnn::Parameters& machine,
                         scnn::Counters& counters, std::vector<std::int64_t>& sums) {
  std::vector<std::int64_t> out(pes.size(), 0);
  std::vector<std::int64_t> in(pes.size(), 0);
  for (std::size_t sender = 0; sender < pes.size(); ++sender) {
    const Rectangle& tile = pes[sender].tiles().accumulators;
    for (std::int64_t k = filters.begin; k < filters.end; ++k) {
      for (std::int64_t oy = tile.rows.begin; oy < tile.rows.end; ++oy) {
        for (std::int64_t ox = tile.columns.begin; ox < tile.columns.end; ++ox) {
          const auto owner_of_output = std::find_if(
              pes.begin(), pes.end(), [&](const ProcessingElement& pe) { return pe.tiles().owned.contains(oy, ox); });
          require(owner_of_output != pes.end(), "every output has an owner");
          const auto owner = static_cast<std::size_t>(owner_of_output - pes.begin());
          if (owner != sender) {
            ++out[sender];
            ++in[owner];
            ++counters.halo_values;
          }
          sums.at(static_cast<std::size_t>((k * shape.P() + oy) * shape.Q() + ox)) +=
              pes[sender].partial_sum(k, oy, ox);
        }
      }
    }
  }
  std::int64_t drain = 0;
  for (std::size_t pe = 0; pe < pes.size(); ++pe) {
    const std::int64_t own = filters.size() * pes[pe].tiles().owned.area();
    counters.ppu_values += own;
    drain = std::max(
        drain, ceil_divide(std::max(out[pe], in[pe]), machine.halo_values) + ceil_divide(own, machine.ppu_values));
  }
  return drain;
}

}  // namespace

PassOutcome simulate_pass(const scnn::LayerOperands& layer, const scnn::Parameters& machine, const Mapping& mapping,
                          const Pass& pass, scnn::Counters& counters, scnn::PeCycles& classes,
                          std::vector<std::int64_t>& sums) {
  std::vector<ProcessingElement> pes;
  for (const Tiles& tiles : pass.pes) pes.emplace_back(layer, machine, tiles, pass.outputs, counters, classes);
  Broadcast broadcast(machine);

  std::int64_t release = 0;         // B(g)
  std::int64_t drain_start = 0;     // E(g), E(g-1) before
  std::int64_t drain_duration = 0;  // drain(g), drain(g-1) before
  for (const Group& group : mapping.groups) {
    for (ProcessingElement& pe : pes) pe.begin_group(group.filters, release);
    for (std::int64_t c = group.channels.begin; c < group.channels.end; ++c) {
      for (const Phase phase : phases(layer.shape)) {
        std::vector<ActivationStream> activations;
        for (const Tiles& tiles : pass.pes) {
          activations.push_back(activation_stream(layer, tiles.input, c, phase, machine.index_bits));
        }
        const WeightStream weights = weight_stream(layer, group.filters, c, phase, machine.index_bits);
        const auto entries = cut_into_entries(weights, machine.weights_per_cycle);
        for (const auto& segment : cut_into_segments(entries, machine.weight_fifo_entries)) {
          for (const Entry& entry : segment) {
            broadcast.deliver(entry);
            counters.weight_fifo_writes += static_cast<std::int64_t>(pes.size());
          }
          std::int64_t finish = 0;
          for (std::size_t pe = 0; pe < pes.size(); ++pe) {
            finish =
                std::max(finish, pes[pe].work(segment, activations[pe], broadcast.usable(), broadcast.unhindered()));
          }
          broadcast.free_delivered(finish);
        }
      }
    }

    std::vector<std::int64_t> done;  // C(g) of every PE
    for (ProcessingElement& pe : pes) done.push_back(pe.finish_group());
    const std::int64_t array_done = *std::max_element(done.begin(), done.end());  // M(g)
    const std::int64_t drain = drain_group(pes, group.filters, layer.shape, machine, counters, sums);
    if (machine.accumulator_sets == 2) {
      drain_start = std::max(array_done, drain_start + drain_duration);
      release = drain_start;
    } else {
      drain_start = array_done;
      release = drain_start + drain;
    }
    drain_duration = drain;

    const bool last = &group == &mapping.groups.back();
    const std::int64_t end = last ? drain_start + drain_duration : release;
    for (const std::int64_t pe_done : done) classes.barrier += array_done - pe_done;
    classes.drain += (end - array_done) * static_cast<std::int64_t>(pes.size());
  }
  return {.cycles = drain_start + drain_duration,
          .weight_bits = broadcast.bits(),
          .weight_placeholders = broadcast.placeholders()};
}

}  // namespace reference
