#include "models/scnn/processing_element.hpp"

#include <algorithm>

namespace scnn {

namespace {

/// Cycles of a wait for a segment, from `from` on, that are for want of bandwidth.
std::int64_t supply_cycles(const Arrival& arrival, std::int64_t from) {
  const std::int64_t start = std::max(from, arrival.cycle);
  return std::clamp<std::int64_t>(arrival.unhindered - from, 0, start - from);
}

}  // namespace

ProcessingElement::ProcessingElement(const sc_core::sc_module_name& name, std::size_t index,
                                     const Parameters& parameters, Evaluation evaluation)
    : sc_module(name),
      weight_supply("weight_supply"),
      barrier("barrier"),
      index_(index),
      activations_per_cycle_(parameters.activations_per_cycle),
      stationary_(parameters.stationary),
      pipeline_latency_(parameters.pipeline_latency),
      post_processing_("post_processing_unit", parameters) {
  if (evaluation == Evaluation::fast) return;
  datapath_module_ = std::make_unique<Datapath>("datapath", parameters);
  datapath_(*datapath_module_);
  SC_HAS_PROCESS(ProcessingElement);
  SC_THREAD(sequence);
}

void ProcessingElement::begin_pass(const CompressedPass& pass, int product_shift, bool with_values) {
  pass_ = &pass;
  datapath_module_->begin_pass(pass, index_, product_shift, with_values);
  stationary_reads_ = 0;
  for (std::size_t s = 0; s < pass.streams(); ++s) {
    const auto activations = static_cast<std::int64_t>(pass.activation_stream(index_, s).size());
    if (activations == 0) continue;
    const std::int64_t vectors = (activations + activations_per_cycle_ - 1) / activations_per_cycle_;
    const CompressedPass::StreamTotals& totals = pass.stream_totals[s];
    stationary_reads_ += stationary_ == Stationary::input ? vectors * totals.segments : totals.entries;
  }
}

void ProcessingElement::trace(const PassTrace* trace) {
  trace_ = trace;
  if (datapath_module_) datapath_module_->trace(trace);
}

void ProcessingElement::sequence() {
  for (;;) {
    waiting_ = Waiting::for_release;
    const BarrierInterface::Release release = barrier->await_release(index_);
    waiting_ = Waiting::not_at_all;
    begin_group(release);
    run_group(pass_->group_segments[release.group]);
    end_group();
    barrier->complete(index_, report_);
  }
}

void ProcessingElement::run_group(const GroupSegments& segments) {
  for (std::int64_t s = segments.begin; s < segments.end;) {
    waiting_ = Waiting::for_weights;
    waiting_segment_ = s;
    std::span<const Arrival> arrivals = weight_supply->await(s);
    waiting_ = Waiting::not_at_all;
    // A PE that is traced takes one segment at a time, so that all is recorded in order.
    const std::int64_t most = trace_ != nullptr ? 1 : segments.end - s;
    if (std::ssize(arrivals) > most) arrivals = arrivals.first(static_cast<std::size_t>(most));
    take(s, arrivals);
    s += std::ssize(arrivals);
  }
}

void ProcessingElement::begin_group(const BarrierInterface::Release& release) {
  report_ = {};
  finish_ = release.cycle;
  datapath_->begin_group(release.cycle);
  if (trace_ != nullptr) {
    trace_->waveform.at(release.cycle).set(trace_->group, static_cast<std::int64_t>(release.group) + 1);
  }
}

void ProcessingElement::take(std::int64_t first, std::span<const Arrival> arrivals) {
  if (trace_ != nullptr) record_wait(first, arrivals.front(), finish_);
  const std::int64_t from = finish_;
  std::span<const SegmentWork> work = datapath_->run_segments(first, arrivals);
  finishes_.clear();
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    wait_for(arrivals[i]);
    if (work.empty() || work.front().segment != first + static_cast<std::int64_t>(i)) continue;  // It passes over it.
    finish_ += work.front().cycles;
    report_.issue += work.front().issues;
    report_.conflict += work.front().cycles - work.front().issues;
    finishes_.push_back({work.front().segment, finish_});
    work = work.subspan(1);
  }
  if (trace_ != nullptr) record_release(first, finish_);
  weight_supply->release({first, first + std::ssize(arrivals), from, finishes_});
}

void ProcessingElement::wait_for(const Arrival& arrival) {
  const std::int64_t start = std::max(finish_, arrival.cycle);
  const std::int64_t supply = supply_cycles(arrival, finish_);
  report_.supply += supply;
  report_.fifo += start - finish_ - supply;
  finish_ = start;
}

void ProcessingElement::end_group() {
  report_.complete = std::max(finish_, datapath_->end_group()) + pipeline_latency_;
  report_.flush = report_.complete - finish_;
  if (trace_ != nullptr) record_end(finish_, report_.complete);
}

/// States that last no cycle leave no trace: the next one takes their place.
void ProcessingElement::record_wait(std::int64_t segment, const Arrival& arrival, std::int64_t from) const {
  Waveform& waveform = trace_->waveform.at(from);
  waveform.set(trace_->segment, segment + 1);
  waveform.set(trace_->arrival, arrival.cycle);
  waveform.set(trace_->state, "supply");
  waveform.at(from + supply_cycles(arrival, from)).set(trace_->state, "fifo");
}

void ProcessingElement::record_release(std::int64_t segment, std::int64_t finish) const {
  const Segment& s = pass_->segments[static_cast<std::size_t>(segment)];
  trace_->waveform.at(finish).add(trace_->weight_fifo, s.first_entry - s.last_entry - 1);
}

void ProcessingElement::record_end(std::int64_t finish, std::int64_t complete) const {
  Waveform& waveform = trace_->waveform.at(finish);
  waveform.set(trace_->segment, Waveform::nothing);
  waveform.set(trace_->arrival, Waveform::nothing);
  waveform.set(trace_->state, "flush");
  waveform.at(complete).set(trace_->group, Waveform::nothing);
  waveform.set(trace_->state, "barrier");
}

void ProcessingElement::add_counters(Counters& counters) const {
  const std::int64_t issues_of_others = counters.issues;
  datapath_module_->add_counters(counters);
  const std::int64_t streamed_reads = counters.issues - issues_of_others;
  const bool input = stationary_ == Stationary::input;
  counters.iaram_vector_reads += input ? stationary_reads_ : streamed_reads;
  counters.weight_fifo_reads += input ? streamed_reads : stationary_reads_;
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
