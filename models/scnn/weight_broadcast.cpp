#include "models/scnn/weight_broadcast.hpp"

#include <algorithm>

namespace scnn {

WeightBroadcast::WeightBroadcast(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      pes_(parameters.pes()),
      fifo_entries_(parameters.weight_fifo_entries),
      entries_per_cycle_(parameters.broadcast_entries) {}

void WeightBroadcast::begin_pass(const CompressedPass& pass) {
  pass_ = &pass;
  uses_.assign(pass.segments.size(), {});
  arrivals_.clear();
  arrivals_.reserve(pass.segments.size());
  next_entry_ = freeing_ = last_sent_ = 0;
  sent_.assign(static_cast<std::size_t>(entries_per_cycle_), 0);
  unhindered_.assign(static_cast<std::size_t>(entries_per_cycle_), 0);
  schedule();
}

Arrival WeightBroadcast::await(std::int64_t segment) {
  while (segment >= static_cast<std::int64_t>(arrivals_.size())) sc_core::wait(settled_);
  return arrivals_[static_cast<std::size_t>(segment)];
}

void WeightBroadcast::release(std::int64_t segment, std::int64_t finish) {
  Use& use = uses_[static_cast<std::size_t>(segment)];
  use.finish = std::max(use.finish, finish);
  if (++use.pes == pes_) schedule();
}

/// Settles the time of every entry whose place in the FIFOs is known to become free:
/// T(m) = max(1 + T(m - b), 1 + Free(m - N), 1 + D(m), T(m - 1)) and S(m) = max(1 + S(m - b), 1 + D(m)).
void WeightBroadcast::schedule() {
  const auto settled_before = arrivals_.size();
  const auto entries = static_cast<std::int64_t>(pass_->entry_bits.size());
  for (; next_entry_ < entries; ++next_entry_) {
    std::int64_t freed = 0;
    if (next_entry_ >= fifo_entries_) {
      while (pass_->segments[static_cast<std::size_t>(freeing_)].last_entry < next_entry_ - fifo_entries_) ++freeing_;
      const Use& use = uses_[static_cast<std::size_t>(freeing_)];
      if (use.pes < pes_) break;
      freed = use.finish;
    }
    const std::int64_t read = memory->cycles_for(pass_->entry_bits[static_cast<std::size_t>(next_entry_)]);
    const auto slot = static_cast<std::size_t>(next_entry_ % entries_per_cycle_);
    last_sent_ = std::max({1 + sent_[slot], 1 + freed, 1 + read, last_sent_});
    sent_[slot] = last_sent_;
    if (trace_ != nullptr) trace_->waveform.at(last_sent_).add(trace_->weight_fifo, 1);
    unhindered_[slot] = std::max(1 + unhindered_[slot], 1 + read);
    if (pass_->segments[arrivals_.size()].last_entry == next_entry_) {
      arrivals_.push_back({last_sent_, unhindered_[slot]});
    }
  }
  if (arrivals_.size() > settled_before) settled_.notify(sc_core::SC_ZERO_TIME);
}

std::string WeightBroadcast::waiting_for() const {
  if (pass_ == nullptr || next_entry_ == static_cast<std::int64_t>(pass_->entry_bits.size())) return {};
  const Use& use = uses_[static_cast<std::size_t>(freeing_)];
  return std::string(name()) + ": entry " + std::to_string(next_entry_ + 1) + " waits for room in the FIFO; " +
         std::to_string(pes_ - use.pes) + " of " + std::to_string(pes_) + " PEs still hold segment " +
         std::to_string(freeing_ + 1);
}

}  // namespace scnn
