#include "tests/reference/reference_processing_element.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/reference/reference_arithmetic.hpp"

namespace reference {

namespace {

std::vector<ActivationStream> cut_into_vectors(const ActivationStream& stream, std::int64_t length) {
  std::vector<ActivationStream> vectors;
  for (const Activation& activation : stream) {
    if (vectors.empty() || static_cast<std::int64_t>(vectors.back().size()) == length) vectors.emplace_back();
    vectors.back().push_back(activation);
  }
  return vectors;
}

}  // namespace

ProcessingElement::ProcessingElement(const scnn::LayerOperands& layer, const scnn::Parameters& machine,
                                     const Tiles& tiles, const Rectangle& outputs, scnn::Counters& counters,
                                     scnn::PeCycles& classes)
    : layer_(layer),
      machine_(machine),
      tiles_(tiles),
      outputs_(outputs),
      counters_(counters),
      classes_(classes),
      lanes_(static_cast<std::size_t>(machine.weights_per_cycle * machine.activations_per_cycle)),
      banks_(static_cast<std::size_t>(machine.accumulator_banks)) {}

void ProcessingElement::begin_group(Range filters, std::int64_t release) {
  require(nothing_waits() && release >= after_retirement_ && release >= finish_,
          "a group is released after everything before it has retired");
  filters_ = filters;
  release_ = release;
  finish_ = release;
  now_ = release;
  for (Bank& bank : banks_) bank.entries.assign(static_cast<std::size_t>(machine_.accumulator_entries), 0);
}

std::int64_t ProcessingElement::work(const std::vector<Entry>& segment, const ActivationStream& activations,
                                     std::int64_t available, std::int64_t unhindered) {
  require(unhindered <= available, "nothing is there before bandwidth allows it");
  const std::int64_t start = std::max({finish_, available, release_});
  const std::int64_t supply_end = std::clamp(unhindered, finish_, start);
  classes_.supply += supply_end - finish_;
  classes_.fifo += start - supply_end;
  finish_ = start;
  if (activations.empty()) return finish_;

  const std::vector<ActivationStream> vectors = cut_into_vectors(activations, machine_.activations_per_cycle);
  std::vector<std::pair<const ActivationStream*, const Entry*>> pairs;
  if (machine_.stationary == scnn::Stationary::input) {
    for (const ActivationStream& vector : vectors) {
      ++counters_.iaram_vector_reads;
      for (const Entry& entry : segment) {
        ++counters_.weight_fifo_reads;
        pairs.emplace_back(&vector, &entry);
      }
    }
  } else {
    for (const Entry& entry : segment) {
      ++counters_.weight_fifo_reads;
      for (const ActivationStream& vector : vectors) {
        ++counters_.iaram_vector_reads;
        pairs.emplace_back(&vector, &entry);
      }
    }
  }

  idle_until(start);
  std::size_t next = 0;
  while (next < pairs.size()) {
    retire();
    move_to_banks();
    if (every_lane_has_room()) {
      issue(*pairs[next].first, *pairs[next].second);
      ++next;
      ++classes_.issue;
    } else {
      ++classes_.conflict;
    }
    ++now_;
  }
  finish_ = now_;
  return finish_;
}

std::int64_t ProcessingElement::finish_group() {
  while (!nothing_waits()) {
    retire();
    move_to_banks();
    ++now_;
  }
  for (Bank& bank : banks_) {
    for (const BypassRegister& held : bank.registers) bank.entries.at(static_cast<std::size_t>(held.entry)) = held.sum;
    bank.registers.clear();
  }
  const std::int64_t done = std::max({release_, finish_, after_retirement_}) + machine_.pipeline_latency;
  classes_.flush += done - finish_;
  return done;
}

std::int64_t ProcessingElement::partial_sum(std::int64_t k, std::int64_t oy, std::int64_t ox) const {
  const std::int64_t a = address(k, oy, ox);
  const Bank& bank = banks_.at(static_cast<std::size_t>(a % machine_.accumulator_banks));
  return bank.entries.at(static_cast<std::size_t>(a / machine_.accumulator_banks));
}

std::int64_t ProcessingElement::address(std::int64_t k, std::int64_t oy, std::int64_t ox) const {
  const Rectangle& tile = tiles_.accumulators;
  require(filters_.contains(k) && tile.contains(oy, ox), "every product in the plane meets the accumulator tile");
  return (k - filters_.begin) * tile.area() + (oy - tile.rows.begin) * tile.columns.size() + (ox - tile.columns.begin);
}

bool ProcessingElement::nothing_waits() const {
  return std::all_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane.empty(); }) &&
         std::all_of(banks_.begin(), banks_.end(), [](const Bank& bank) { return bank.queue.empty(); });
}

bool ProcessingElement::every_lane_has_room() const {
  return std::all_of(lanes_.begin(), lanes_.end(),
                     [&](const auto& lane) { return static_cast<std::int64_t>(lane.size()) < machine_.lane_queue; });
}

void ProcessingElement::retire() {
  for (Bank& bank : banks_) {
    if (bank.queue.empty()) continue;
    const Product oldest = bank.queue.front();
    bank.queue.pop_front();
    accumulate(bank, oldest.address / machine_.accumulator_banks, oldest.value);
    after_retirement_ = now_ + 1;
  }
}

void ProcessingElement::move_to_banks() {
  for (Bank& bank : banks_) bank.entered_in_this_cycle = 0;
  for (auto& lane : lanes_) {
    if (lane.empty()) continue;
    Bank& bank = banks_.at(static_cast<std::size_t>(lane.front().address % machine_.accumulator_banks));
    const bool has_room = static_cast<std::int64_t>(bank.queue.size()) < machine_.bank_queue;
    const bool has_port = machine_.bank_writes == 0 || bank.entered_in_this_cycle < machine_.bank_writes;
    if (!has_room || !has_port) continue;
    bank.queue.push_back(lane.front());
    lane.pop_front();
    ++bank.entered_in_this_cycle;
    ++counters_.crossbar_transfers;
  }
}

void ProcessingElement::issue(const ActivationStream& vector, const Entry& entry) {
  const auto& shape = layer_.shape;
  ++counters_.issues;
  counters_.multiplier_slots += machine_.weights_per_cycle * machine_.activations_per_cycle;
  std::vector<std::pair<std::size_t, Product>> issued;  // lane, product; lanes rise
  for (std::size_t ii = 0; ii < vector.size(); ++ii) {
    for (std::size_t ff = 0; ff < entry.size(); ++ff) {
      const Activation& activation = vector[ii];
      const Weight& weight = entry[ff];
      if (activation.value == 0 || weight.value == 0) {
        ++counters_.placeholder_lanes;
        continue;
      }
      ++counters_.products;
      const std::int64_t row = activation.y + shape.padding.rows - shape.dilation.rows * weight.r;
      const std::int64_t column = activation.x + shape.padding.columns - shape.dilation.columns * weight.s;
      require(row % shape.stride.rows == 0 && column % shape.stride.columns == 0,
              "elements of equal phases meet in an output coordinate");
      const std::int64_t oy = row / shape.stride.rows;
      const std::int64_t ox = column / shape.stride.columns;
      if (!outputs_.contains(oy, ox)) {
        ++counters_.products_discarded;
        continue;
      }
      ++counters_.products_accumulated;
      const Product product{.address = address(weight.k, oy, ox),
                            .value = shift_right_half_up(activation.value * weight.value, layer_.product_shift)};
      const auto same = std::find_if(issued.begin(), issued.end(),
                                     [&](const auto& earlier) { return earlier.second.address == product.address; });
      if (machine_.merge && same != issued.end()) {
        ++counters_.products_merged;
        same->second.value += product.value;
      } else {
        const std::size_t lane = ii * static_cast<std::size_t>(machine_.weights_per_cycle) + ff;
        issued.emplace_back(lane, product);
      }
    }
  }
  for (const auto& [lane, product] : issued) lanes_.at(lane).push_back(product);
}

void ProcessingElement::accumulate(Bank& bank, std::int64_t entry, std::int64_t value) {
  std::int64_t& stored = bank.entries.at(static_cast<std::size_t>(entry));
  const auto hit = std::find_if(bank.registers.begin(), bank.registers.end(),
                                [&](const BypassRegister& held) { return held.entry == entry; });
  std::int64_t sum = 0;
  if (hit != bank.registers.end()) {
    ++counters_.bypass_hits;
    sum = hit->sum + value;
    bank.registers.erase(hit);
    bank.registers.insert(bank.registers.begin(), {entry, sum});
  } else {
    ++counters_.accumulator_references;
    sum = stored + value;
    if (machine_.bypass_registers == 0) {
      stored = sum;
    } else {
      if (static_cast<std::int64_t>(bank.registers.size()) == machine_.bypass_registers) {
        const BypassRegister replaced = bank.registers.back();
        bank.registers.pop_back();
        bank.entries.at(static_cast<std::size_t>(replaced.entry)) = replaced.sum;
      }
      bank.registers.insert(bank.registers.begin(), {entry, sum});
    }
  }
  const std::int64_t limit = std::int64_t{1} << (machine_.accumulator_bits - 1);
  require(-limit < sum && sum < limit, "no partial sum overflows");
}

void ProcessingElement::idle_until(std::int64_t cycle) {
  while (now_ < cycle) {
    if (nothing_waits()) {
      now_ = cycle;  // cycles in which nothing moves
      return;
    }
    retire();
    move_to_banks();
    ++now_;
  }
}

}  // namespace reference
