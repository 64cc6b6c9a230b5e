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
  arrivals_.clear();
  arrivals_.reserve(pass.segments.size());
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
  while (segment >= std::ssize(arrivals_)) sc_core::wait(settled_);
  return std::span(arrivals_).subspan(static_cast<std::size_t>(segment));
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
  const auto settled_before = arrivals_.size();
  const auto entries = static_cast<std::int64_t>(pass_->entry_bits.size());
  const Segment* const segments = pass_->segments.data();
  for (; next_entry_ < entries; ++next_entry_) {
    std::int64_t freed = 0;
    if (next_entry_ >= fifo_entries_) {
      while (segments[freeing_].last_entry < next_entry_ - fifo_entries_) ++freeing_;
      if (freeing_ >= held_) break;
      freed = finishes_[static_cast<std::size_t>(freeing_)];
    }
    const std::int64_t read = read_[static_cast<std::size_t>(next_entry_)];
    Arrival& slot = sent_[next_slot_];
    if (++next_slot_ == sent_.size()) next_slot_ = 0;
    last_sent_ = std::max(last_sent_, 1 + std::max({slot.cycle, freed, read}));
    slot.cycle = last_sent_;
    slot.unhindered = 1 + std::max(slot.unhindered, read);
    if (trace_ != nullptr) trace_->waveform.at(last_sent_).add(trace_->weight_fifo, 1);
    if (segments[arrivals_.size()].last_entry == next_entry_) arrivals_.push_back(slot);
  }
  if (arrivals_.size() > settled_before) settled_.notify(sc_core::SC_ZERO_TIME);
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
