#include "models/scnn/processing_element.hpp"

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

ProcessingElement::ProcessingElement(const sc_core::sc_module_name& name, std::size_t index,
                                     const Parameters& parameters)
    : sc_module(name),
      weight_supply("weight_supply"),
      barrier("barrier"),
      index_(index),
      weights_per_cycle_(parameters.weights_per_cycle),
      activations_per_cycle_(parameters.activations_per_cycle),
      stationary_(parameters.stationary),
      pipeline_latency_(parameters.pipeline_latency),
      multiplier_array_("multiplier_array", parameters),
      merge_(parameters.merge ? std::make_unique<ProductMerge>("product_merge", parameters) : nullptr),
      scatter_crossbar_("scatter_crossbar", parameters),
      accumulators_("accumulator_banks", parameters),
      bypass_(parameters.bypass_registers > 0 ? std::make_unique<OutputBypass>("output_bypass", parameters) : nullptr),
      post_processing_("post_processing_unit", parameters) {
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

  SC_HAS_PROCESS(ProcessingElement);
  SC_THREAD(sequence);
}

void ProcessingElement::begin_pass(const CompressedPass& pass, int product_shift, bool with_values) {
  pass_ = &pass;
  multiplier_array_.begin_pass(pass.geometry.tiles[index_].accumulator, pass.geometry.outputs, product_shift,
                               with_values);
  if (merge_) merge_->begin_pass();
  scatter_crossbar_.begin_pass();
  accumulators_.begin_pass();
  now_ = 0;
  iaram_reads_ = fifo_reads_ = 0;
}

void ProcessingElement::sequence() {
  for (;;) {
    waiting_ = Waiting::for_release;
    const BarrierInterface::Release release = barrier->await_release(index_);
    waiting_ = Waiting::not_at_all;
    barrier->complete(index_, run_group(release));
  }
}

GroupReport ProcessingElement::run_group(const BarrierInterface::Release& release) {
  GroupReport report;
  accumulators_.begin_group();
  now_ = last_retirement_ = release.cycle;
  std::int64_t finish = release.cycle;
  const GroupSegments& segments = pass_->group_segments[release.group];
  for (std::int64_t s = segments.begin; s < segments.end; ++s) {
    waiting_ = Waiting::for_weights;
    waiting_segment_ = s;
    const Arrival arrival = weight_supply->await(s);
    waiting_ = Waiting::not_at_all;

    const std::int64_t start = std::max(finish, arrival.cycle);
    const std::int64_t supply = std::clamp<std::int64_t>(arrival.unhindered - finish, 0, start - finish);
    report.supply += supply;
    report.fifo += start - finish - supply;

    const Segment& segment = pass_->segments[static_cast<std::size_t>(s)];
    const auto activations = pass_->activation_stream(index_, segment.stream);
    finish = activations.empty() ? start : run_segment(segment, activations, start, report);
    weight_supply->release(s, finish);
  }

  while (!crossbar_->empty()) step();
  report.complete = std::max(finish, last_retirement_) + pipeline_latency_;
  report.flush = report.complete - finish;
  accumulators_.end_group();
  return report;
}

std::int64_t ProcessingElement::run_segment(const Segment& segment, std::span<const Activation> activations,
                                            std::int64_t start, GroupReport& report) {
  while (now_ < start && !crossbar_->empty()) step();
  now_ = start;

  const auto weights = std::span(pass_->weights)
                           .subspan(static_cast<std::size_t>(segment.first_weight),
                                    static_cast<std::size_t>(segment.end_weight - segment.first_weight));
  const auto vector_width = static_cast<std::size_t>(activations_per_cycle_);
  const auto entry_width = static_cast<std::size_t>(weights_per_cycle_);
  const std::size_t vectors = slices(activations.size(), vector_width);
  const std::size_t entries = slices(weights.size(), entry_width);
  const auto issues = static_cast<std::int64_t>(vectors * entries);
  if (stationary_ == Stationary::input) {
    for (std::size_t v = 0; v < vectors; ++v) {
      for (std::size_t e = 0; e < entries; ++e) {
        issue(slice(activations, v, vector_width), slice(weights, e, entry_width), report);
      }
    }
    iaram_reads_ += static_cast<std::int64_t>(vectors);
    fifo_reads_ += issues;
  } else {
    for (std::size_t e = 0; e < entries; ++e) {
      for (std::size_t v = 0; v < vectors; ++v) {
        issue(slice(activations, v, vector_width), slice(weights, e, entry_width), report);
      }
    }
    iaram_reads_ += issues;
    fifo_reads_ += static_cast<std::int64_t>(entries);
  }
  return now_;
}

/// Issues in the first cycle in which every lane has room.
void ProcessingElement::issue(std::span<const Activation> activations, std::span<const Weight> weights,
                              GroupReport& report) {
  step();
  while (!crossbar_->ready()) {
    ++report.conflict;
    step();
  }
  multipliers_->issue(activations, weights);
  ++report.issue;
}

void ProcessingElement::step() {
  crossbar_->advance();
  ++now_;
  if (crossbar_->retired()) last_retirement_ = now_;
}

void ProcessingElement::add_counters(Counters& counters) const {
  multiplier_array_.add_counters(counters);
  if (merge_) merge_->add_counters(counters);
  scatter_crossbar_.add_counters(counters);
  accumulators_.add_counters(counters);
  counters.iaram_vector_reads += iaram_reads_;
  counters.weight_fifo_reads += fifo_reads_;
}

std::string ProcessingElement::waiting_for() const {
  switch (waiting_) {
    case Waiting::for_release:
      return std::string(name()) + " waits for the release of its next group";
    case Waiting::for_weights:
      return std::string(name()) + " waits for the weights of segment " + std::to_string(waiting_segment_ + 1);
    case Waiting::not_at_all:
      return {};
  }
  return {};
}

}  // namespace scnn
