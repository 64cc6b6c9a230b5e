#include "tests/reference/reference_eie.hpp"

#include <algorithm>
#include <deque>
#include <limits>
#include <stdexcept>

#include "tests/reference/reference_arithmetic.hpp"

namespace reference {

namespace {

constexpr std::int64_t none = std::numeric_limits<std::int64_t>::min();

void check(const EieLayer& layer, const EieParameters& machine) {
  bool match = layer.M > 0 && layer.N > 0;
  match = match && std::ssize(layer.weights.codes) == layer.M * layer.N;
  match = match && std::ssize(layer.activations) == layer.N;
  match = match && !layer.weights.table.empty() && layer.weights.table[0] == 0;
  match = match && std::ssize(layer.weights.table) <= std::int64_t{1} << machine.weight_bits;
  for (const std::uint16_t code : layer.weights.codes) match = match && code < layer.weights.table.size();
  if (!match) throw std::invalid_argument("operands do not match the layer's shape or the codes");
  const bool works = machine.pes > 0 && machine.queue > 0 && machine.index_bits >= 0 && machine.entries_per_word > 0 &&
                     machine.activations_per_pe > 0 && machine.pipeline_latency >= 0;
  if (!works) throw std::invalid_argument("a machine without PEs, queue, words or source activations");
}

class Pe {
 public:
  Pe(const EieLayer& layer, const EieParameters& machine, std::int64_t number)
      : layer_(layer),
        machine_(machine),
        number_(number),
        columns_(encode_columns(layer.weights.codes, layer.M, layer.N, number, machine.pes, machine.index_bits)) {}

  [[nodiscard]] bool has_room() const { return std::ssize(queue_) < machine_.queue; }
  [[nodiscard]] bool has_work() const { return busy_ || !queue_.empty(); }

  void append(std::int64_t column) { queue_.push_back(column); }

  /// @return whether the PE was busy in this cycle
  bool tick(std::int64_t cycle, EieOutcome& out) {
    if (!busy_) {
      if (queue_.empty()) return false;
      take(out.counters);
    }
    if (position_ == end_) {
      ++out.counters.empty_columns;
    } else {
      process(cycle, out);
      ++position_;
    }
    busy_ = position_ < end_;
    return true;
  }

 private:
  void take(EieCounters& n) {
    column_ = queue_.front();
    queue_.pop_front();
    busy_ = true;
    position_ = columns_.pointers.at(static_cast<std::size_t>(column_));
    end_ = columns_.pointers.at(static_cast<std::size_t>(column_ + 1));
    n.pointer_reads += 2;
    local_row_ = -1;
  }

  void process(std::int64_t cycle, EieOutcome& out) {
    EieCounters& n = out.counters;
    const EieEntry& entry = columns_.entries.at(static_cast<std::size_t>(position_));
    ++n.entries;
    const std::int64_t word = position_ / machine_.entries_per_word;
    if (word != word_) ++n.spmat_word_reads;
    word_ = word;
    local_row_ += entry.run + 1;
    if (entry.code == 0) {
      ++n.placeholders;
      return;
    }
    ++n.accumulator_updates;
    if (local_row_ == updated_row_ && cycle == updated_cycle_ + 1) ++n.accumulator_bypasses;
    updated_row_ = local_row_;
    updated_cycle_ = cycle;
    const std::int64_t weight = layer_.weights.table.at(entry.code);
    const std::int64_t activation = layer_.activations.at(static_cast<std::size_t>(column_));
    out.sums.at(static_cast<std::size_t>(local_row_ * machine_.pes + number_)) +=
        shift_right_half_up(weight * activation, layer_.product_shift);
  }

  const EieLayer& layer_;
  const EieParameters& machine_;
  std::int64_t number_;
  EieColumns columns_;
  std::deque<std::int64_t> queue_;  ///< columns of the activations that wait
  bool busy_ = false;               ///< in the midst of a column
  std::int64_t column_ = 0;
  std::int64_t position_ = 0;  ///< of the next entry, among all of the PE
  std::int64_t end_ = 0;
  std::int64_t local_row_ = 0;
  std::int64_t word_ = none;
  std::int64_t updated_row_ = none;
  std::int64_t updated_cycle_ = none;
};

void check_invariants(const EieOutcome& out, const EieLayer& layer, const EieParameters& machine) {
  const EieCounters& n = out.counters;
  const EiePeCycles& t = out.pe_cycles;
  require(t.busy + t.starved + t.latency == out.cycles * machine.pes, "the classes sum to cycles x PEs");
  require(t.busy == n.entries + n.empty_columns, "an entry or an empty column takes a cycle");
  require(n.pointer_reads == 2 * n.broadcasts * machine.pes, "every PE visits every column once");
  require(n.accumulator_updates == n.entries - n.placeholders, "updates = entries - placeholders");
  for (std::int64_t i = 0; i < layer.M; ++i) {
    std::int64_t sum = 0;
    for (std::int64_t j = 0; j < layer.N; ++j) {
      const std::int64_t weight =
          layer.weights.table.at(layer.weights.codes.at(static_cast<std::size_t>(i * layer.N + j)));
      sum += shift_right_half_up(weight * layer.activations.at(static_cast<std::size_t>(j)), layer.product_shift);
    }
    require(sum == out.sums.at(static_cast<std::size_t>(i)), "the sums are those of the dense product");
  }
}

}  // namespace

EieOutcome simulate_eie(const EieLayer& layer, const EieParameters& machine) {
  check(layer, machine);
  std::vector<Pe> pes;
  for (std::int64_t pe = 0; pe < machine.pes; ++pe) pes.emplace_back(layer, machine, pe);
  EieOutcome out;
  out.sums.assign(static_cast<std::size_t>(layer.M), 0);

  std::int64_t last_busy = -1;
  const std::int64_t batch = machine.activations_per_pe * machine.pes;
  for (std::int64_t begin = 0; begin < layer.N; begin += batch) {
    std::deque<std::int64_t> inputs;  // non-zero, to be broadcast
    for (std::int64_t j = begin; j < std::min(begin + batch, layer.N); ++j) {
      if (layer.activations.at(static_cast<std::size_t>(j)) != 0) inputs.push_back(j);
    }
    const auto has_work = [&] {
      return !inputs.empty() || std::any_of(pes.begin(), pes.end(), [](const Pe& pe) { return pe.has_work(); });
    };
    for (std::int64_t cycle = last_busy + 1; has_work(); ++cycle) {
      const bool room = std::all_of(pes.begin(), pes.end(), [](const Pe& pe) { return pe.has_room(); });
      for (Pe& pe : pes) {
        if (pe.tick(cycle, out)) {
          ++out.pe_cycles.busy;
          last_busy = cycle;
        } else {
          ++out.pe_cycles.starved;
        }
      }
      if (!room || inputs.empty()) continue;
      for (Pe& pe : pes) pe.append(inputs.front());
      inputs.pop_front();
      ++out.counters.broadcasts;
    }
  }
  out.cycles = last_busy + 1 + machine.pipeline_latency;
  out.pe_cycles.latency = machine.pipeline_latency * machine.pes;
  check_invariants(out, layer, machine);
  return out;
}

}  // namespace reference
