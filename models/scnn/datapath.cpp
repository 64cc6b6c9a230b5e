#include "models/scnn/datapath.hpp"

#include <algorithm>

namespace scnn {

namespace {

/// Part `i` of a sequence cut into parts of `width`; the last may be shorter.
template <class T>
std::span<const T> slice(std::span<const T> all, std::size_t i, std::size_t width) {
  const std::size_t begin = i * width;
  return all.subspan(begin, std::min(width, all.size() - begin));
}

std::size_t slices(std::size_t size, std::size_t width) {
  return (size + width - 1) / width;
}

}  // namespace

Datapath::Datapath(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      weights_per_cycle_(static_cast<std::size_t>(parameters.weights_per_cycle)),
      activations_per_cycle_(static_cast<std::size_t>(parameters.activations_per_cycle)),
      stationary_(parameters.stationary),
      multiplier_array_("multiplier_array", parameters),
      merge_(parameters.merge ? std::make_unique<ProductMerge>("product_merge", parameters) : nullptr),
      scatter_crossbar_("scatter_crossbar", parameters),
      accumulators_("accumulator_banks", parameters),
      bypass_(parameters.bypass_registers > 0 ? std::make_unique<OutputBypass>("output_bypass", parameters) : nullptr) {
  multipliers_(multiplier_array_);
  crossbar_(scatter_crossbar_);
  if (merge_) {
    multiplier_array_.lanes(*merge_);
    merge_->lanes(scatter_crossbar_);
  } else {
    multiplier_array_.lanes(scatter_crossbar_);
  }
  scatter_crossbar_.banks(accumulators_);
  if (bypass_) accumulators_.bypass(*bypass_);
}

void Datapath::begin_pass(const CompressedPass& pass, std::size_t pe, int product_shift, bool with_values) {
  pass_ = &pass;
  pe_ = pe;
  multiplier_array_.begin_pass(pass.geometry.tiles[pe].accumulator, pass.geometry.outputs, product_shift, with_values);
  if (merge_) merge_->begin_pass();
  scatter_crossbar_.begin_pass();
  accumulators_.begin_pass();
}

void Datapath::trace(const PassTrace* trace) {
  trace_ = trace;
  Waveform* waveform = trace_ != nullptr ? &trace_->waveform : nullptr;
  scatter_crossbar_.trace(waveform);
  accumulators_.trace(waveform);
  if (bypass_) bypass_->trace(waveform);
}

void Datapath::begin_group(std::int64_t cycle) {
  accumulators_.begin_group();
  now_ = last_retirement_ = cycle;
}

std::span<const SegmentWork> Datapath::run_segments(std::int64_t first, std::span<const Arrival> arrivals) {
  work_.clear();
  for (std::int64_t segment = first; segment < first + std::ssize(arrivals); ++segment) {
    const int stream = pass_->segments[static_cast<std::size_t>(segment)].stream;
    pass_->read_activations(pe_, static_cast<std::size_t>(stream), activations_);
    if (activations_.empty()) continue;
    wait_until(arrivals[static_cast<std::size_t>(segment - first)].cycle);
    run_segment(work_.emplace_back(SegmentWork{.segment = segment}));
  }
  return work_;
}

void Datapath::wait_until(std::int64_t cycle) {
  while (now_ < cycle && !crossbar_->empty()) step();
  now_ = std::max(now_, cycle);
}

void Datapath::run_segment(SegmentWork& work) {
  const std::int64_t start = now_;
  const std::span<const Activation> activations = activations_;
  pass_->read_weights(work.segment, weights_);
  const std::span<const Weight> weights = weights_;
  const std::size_t vectors = slices(activations.size(), activations_per_cycle_);
  const std::size_t entries = slices(weights.size(), weights_per_cycle_);
  work.issues = static_cast<std::int64_t>(vectors * entries);
  if (stationary_ == Stationary::input) {
    for (std::size_t v = 0; v < vectors; ++v) {
      for (std::size_t e = 0; e < entries; ++e) {
        issue(slice(activations, v, activations_per_cycle_), slice(weights, e, weights_per_cycle_));
      }
    }
  } else {
    for (std::size_t e = 0; e < entries; ++e) {
      for (std::size_t v = 0; v < vectors; ++v) {
        issue(slice(activations, v, activations_per_cycle_), slice(weights, e, weights_per_cycle_));
      }
    }
  }
  work.cycles = now_ - start;
}

/// Issues in the first cycle in which every lane has room.
void Datapath::issue(std::span<const Activation> activations, std::span<const Weight> weights) {
  step();
  while (!crossbar_->ready()) {
    if (trace_ != nullptr) trace_->waveform.set(trace_->state, "conflict");
    step();
  }
  multipliers_->issue(activations, weights);
  if (trace_ != nullptr) trace_->waveform.set(trace_->state, "issue");
}

void Datapath::step() {
  if (trace_ != nullptr) trace_->waveform.at(now_);
  crossbar_->advance();
  ++now_;
  if (crossbar_->retired()) last_retirement_ = now_;
}

std::int64_t Datapath::end_group() {
  while (!crossbar_->empty()) step();
  if (trace_ != nullptr) trace_->waveform.at(now_);
  accumulators_.end_group();
  return last_retirement_;
}

void Datapath::add_counters(Counters& counters) const {
  multiplier_array_.add_counters(counters);
  if (merge_) merge_->add_counters(counters);
  scatter_crossbar_.add_counters(counters);
  accumulators_.add_counters(counters);
}

}  // namespace scnn
