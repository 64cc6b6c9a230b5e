#include "models/scnn/weight_broadcast.hpp"

#include <algorithm>
#include <numeric>

namespace scnn {

WeightBroadcast::WeightBroadcast(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      fifo_entries_(parameters.weight_fifo_entries),
      entries_per_cycle_(parameters.broadcast_entries) {}

void WeightBroadcast::begin_pass(const CompressedPass& pass, std::int64_t holders) {
  pass_ = &pass;
  holders_ = holders;
  read_weights();
  holding_.assign(pass.segments.size() + 1, 0);
  holding_.front() = holders;
  finishes_.assign(pass.segments.size(), 0);
  arrivals_.resize(pass.segments.size());
  settled_segments_ = 0;
  next_entry_ = freeing_ = held_ = last_sent_ = 0;
  sent_.assign(static_cast<std::size_t>(entries_per_cycle_), {});
  next_slot_ = 0;
  schedule();
}

void WeightBroadcast::read_weights() {
  read_.resize(pass_->entry_bits.size());
  memory->begin_stream();
  memory->transfer(dram::Kind::weights, pass_->entry_bits, read_);
  memory_cycles_ = read_.empty() ? 0 : *std::max_element(read_.begin(), read_.end());
}

std::span<const Arrival> WeightBroadcast::await(std::int64_t segment) {
  const auto first = static_cast<std::size_t>(segment);
  while (first >= settled_segments_) sc_core::wait(settled_);
  return std::span(arrivals_).first(settled_segments_).subspan(first);
}

void WeightBroadcast::release(const PastSegments& segments) {
  const auto later = [&](std::int64_t segment, std::int64_t finish) {
    std::int64_t& latest = finishes_[static_cast<std::size_t>(segment)];
    latest = std::max(latest, finish);
  };
  later(segments.begin, segments.from);
  for (const SegmentFinish& worked : segments.worked) later(worked.segment, worked.finish);
  --holding_[static_cast<std::size_t>(segments.begin)];
  ++holding_[static_cast<std::size_t>(segments.end)];
  if (holding_[static_cast<std::size_t>(held_)] > 0) return;
  settle_releases();
  schedule();
}

/// Segments that no PE holds any more. A PE's finishes rise from one segment to the next, also over those that it
/// passes over as soon as they arrive.
void WeightBroadcast::settle_releases() {
  std::int64_t finish = held_ > 0 ? finishes_[static_cast<std::size_t>(held_) - 1] : 0;
  for (; held_ < std::ssize(finishes_) && holding_[static_cast<std::size_t>(held_)] == 0; ++held_) {
    const auto s = static_cast<std::size_t>(held_);
    finish = finishes_[s] = std::max({finish, finishes_[s], arrivals_[s].cycle});
  }
}

/// Settles the time of every entry whose place in the FIFOs is known to become free:
/// T(m) = max(1 + T(m - b), 1 + Free(m - N), 1 + D(m), T(m - 1)) and S(m) = max(1 + S(m - b), 1 + D(m)).
void WeightBroadcast::schedule() {
  const auto entries = static_cast<std::int64_t>(pass_->entry_bits.size());
  // What is stored may lie anywhere, as far as the compiler knows: it would read all these again for every entry.
  const Segment* const segments = pass_->segments.data();
  const std::int64_t* const read = read_.data();
  const std::int64_t* const finishes = finishes_.data();
  Arrival* const arrivals = arrivals_.data();
  Arrival* const sent = sent_.data();
  const std::size_t slots = sent_.size();
  const std::int64_t fifo_entries = fifo_entries_;
  const std::int64_t held = held_;
  std::int64_t entry = next_entry_;
  std::int64_t freeing = freeing_;
  std::size_t slot = next_slot_;
  std::int64_t last_sent = last_sent_;
  std::size_t settled = settled_segments_;
  for (; entry < entries; ++entry) {
    std::int64_t freed = 0;
    if (entry >= fifo_entries) {
      // Segments are of an entry or two, in no order that a processor could foresee: so there is no branch on their
      // ends.
      freeing += segments[freeing].last_entry < entry - fifo_entries ? 1 : 0;
      if (freeing >= held) break;
      freed = finishes[freeing];
    }
    const std::int64_t cycle = std::max(last_sent, 1 + std::max({sent[slot].cycle, freed, read[entry]}));
    const std::int64_t unhindered = 1 + std::max(sent[slot].unhindered, read[entry]);
    last_sent = sent[slot].cycle = cycle;
    sent[slot].unhindered = unhindered;
    if (++slot == slots) slot = 0;
    if (trace_ != nullptr) trace_->waveform.at(cycle).add(trace_->weight_fifo, 1);
    arrivals[settled].cycle = cycle;
    arrivals[settled].unhindered = unhindered;
    settled += segments[settled].last_entry == entry ? 1 : 0;
  }
  next_entry_ = entry;
  freeing_ = freeing;
  next_slot_ = slot;
  last_sent_ = last_sent;
  if (settled == settled_segments_) return;
  settled_segments_ = settled;
  settled_.notify(sc_core::SC_ZERO_TIME);
}

std::string WeightBroadcast::waiting_for() const {
  if (pass_ == nullptr || next_entry_ == static_cast<std::int64_t>(pass_->entry_bits.size())) return {};
  const std::int64_t holders =
      std::accumulate(holding_.begin() + held_, holding_.begin() + freeing_ + 1, std::int64_t{0});
  return std::string(name()) + ": entry " + std::to_string(next_entry_ + 1) + " waits for room in the FIFO; " +
         std::to_string(holders) + " of " + std::to_string(holders_) + " PEs still hold segment " +
         std::to_string(freeing_ + 1);
}

}  // namespace scnn
