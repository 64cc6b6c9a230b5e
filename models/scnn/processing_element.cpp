#include "models/scnn/processing_element.hpp"

#include <algorithm>

#include "models/scnn/detailed_datapath.hpp"
#include "models/scnn/fast_datapath.hpp"

namespace scnn {

namespace {

std::unique_ptr<Datapath> make_datapath(const Parameters& parameters, SegmentTableStore* tables) {
  if (tables != nullptr) return std::make_unique<FastDatapath>("datapath", parameters, *tables);
  return std::make_unique<DetailedDatapath>("datapath", parameters);
}

/// Cycles of a wait for a segment, from `from` on, that are for want of bandwidth.
std::int64_t supply_cycles(const Arrival& arrival, std::int64_t from) {
  const std::int64_t start = std::max(from, arrival.cycle);
  return std::clamp<std::int64_t>(arrival.unhindered - from, 0, start - from);
}

/// A wait for successive segments, from `from` on, all but the last of which the PE passes over.
void wait_for(std::span<const Arrival> arrivals, std::int64_t from, GroupReport& report) {
  if (arrivals.empty()) return;
  const std::int64_t start = std::max(from, arrivals.back().cycle);
  std::int64_t supply = 0;
  if (arrivals.back().unhindered > from) {  // Otherwise bandwidth held none of them up.
    std::int64_t finish = from;
    for (const Arrival& arrival : arrivals) {
      supply += supply_cycles(arrival, finish);
      finish = std::max(finish, arrival.cycle);
    }
  }
  report.supply += supply;
  report.fifo += start - from - supply;
}

}  // namespace

ProcessingElement::ProcessingElement(const sc_core::sc_module_name& name, std::size_t index,
                                     const Parameters& parameters, SegmentTableStore* tables)
    : sc_module(name),
      weight_supply("weight_supply"),
      barrier("barrier"),
      index_(index),
      activations_per_cycle_(parameters.activations_per_cycle),
      stationary_(parameters.stationary),
      pipeline_latency_(parameters.pipeline_latency),
      datapath_module_(make_datapath(parameters, tables)),
      post_processing_("post_processing_unit", parameters) {
  datapath_(*datapath_module_);
  SC_HAS_PROCESS(ProcessingElement);
  SC_THREAD(sequence);
}

void ProcessingElement::begin_pass(const CompressedPass& pass, int product_shift, bool with_values) {
  pass_ = &pass;
  lockstep_ = nullptr;
  datapath_module_->begin_pass(pass, index_, product_shift, with_values);
  const auto& begins = pass.activation_begins[index_];
  stationary_reads_ = streamed_reads_ = 0;
  for (std::size_t s = 0; s + 1 < begins.size(); ++s) {
    const std::int64_t activations = begins[s + 1] - begins[s];
    if (activations == 0) continue;
    const std::int64_t vectors = (activations + activations_per_cycle_ - 1) / activations_per_cycle_;
    stationary_reads_ += stationary_ == Stationary::input ? vectors * pass.stream_segments[s] : pass.stream_entries[s];
  }
}

void ProcessingElement::trace(const PassTrace* trace) {
  trace_ = trace;
  datapath_module_->trace(trace);
}

void ProcessingElement::sequence() {
  for (;;) {
    waiting_ = Waiting::for_release;
    const BarrierInterface::Release release = barrier->await_release(index_);
    waiting_ = Waiting::not_at_all;
    begin_group(release);
    run_group(pass_->group_segments[release.group]);
    barrier->complete(index_, end_group());
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
  const std::span<const SegmentWork> work = datapath_->run_segments(first, arrivals);
  const PastSegments past{first, first + std::ssize(arrivals), finish_, work};
  const auto arrivals_of = [&](std::int64_t begin, std::int64_t end) {
    return arrivals.subspan(static_cast<std::size_t>(begin - first), static_cast<std::size_t>(end - begin));
  };
  std::int64_t next = first;
  for (const SegmentWork& done : work) {
    const std::int64_t start = std::max(finish_, done.arrival);
    if (start > finish_) wait_for(arrivals_of(next, done.segment + 1), finish_, report_);
    report_.issue += done.issues;
    report_.conflict += done.finish - start - done.issues;
    finish_ = done.finish;
    next = done.segment + 1;
  }
  wait_for(arrivals_of(next, past.end), finish_, report_);
  finish_ = std::max(finish_, arrivals.back().cycle);
  if (trace_ != nullptr) record_release(past.begin, finish_);
  weight_supply->release(past);
}

GroupReport ProcessingElement::end_group() {
  report_.complete = std::max(finish_, datapath_->end_group()) + pipeline_latency_;
  report_.flush = report_.complete - finish_;
  streamed_reads_ += report_.issue;
  if (trace_ != nullptr) record_end(finish_, report_.complete);
  return report_;
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
  datapath_module_->add_counters(counters);
  const bool input = stationary_ == Stationary::input;
  counters.iaram_vector_reads += input ? stationary_reads_ : streamed_reads_;
  counters.weight_fifo_reads += input ? streamed_reads_ : stationary_reads_;
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
