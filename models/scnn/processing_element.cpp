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
  datapath_module_->begin_pass(pass, pass.geometry.tiles[index_], product_shift, with_values);
  iaram_reads_ = fifo_reads_ = 0;
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
    barrier->complete(index_, run_group(release));
  }
}

GroupReport ProcessingElement::run_group(const BarrierInterface::Release& release) {
  GroupReport report;
  datapath_->begin_group(release.cycle);
  if (trace_ != nullptr) {
    trace_->waveform.at(release.cycle).set(trace_->group, static_cast<std::int64_t>(release.group) + 1);
  }
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
    if (trace_ != nullptr) record_wait(s, arrival, finish, supply);

    finish = start;
    const auto activations = pass_->activation_stream(index_, pass_->segments[static_cast<std::size_t>(s)].stream);
    if (!activations.empty()) {
      const SegmentOutcome outcome = datapath_->run_segment(s, activations, start);
      finish = outcome.finish;
      report.issue += outcome.issues;
      report.conflict += outcome.conflicts;
      count_reads(s, activations.size(), outcome.issues);
    }
    if (trace_ != nullptr) record_release(s, finish);
    weight_supply->release(s, finish);
  }

  report.complete = std::max(finish, datapath_->end_group()) + pipeline_latency_;
  report.flush = report.complete - finish;
  if (trace_ != nullptr) record_end(finish, report.complete);
  return report;
}

/// States that last no cycle leave no trace: the next one takes their place.
void ProcessingElement::record_wait(std::int64_t segment, const Arrival& arrival, std::int64_t from,
                                    std::int64_t supply) const {
  Waveform& waveform = trace_->waveform.at(from);
  waveform.set(trace_->segment, segment + 1);
  waveform.set(trace_->arrival, arrival.cycle);
  waveform.set(trace_->state, "supply");
  waveform.at(from + supply).set(trace_->state, "fifo");
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

/// The stationary operand is read once per vector or entry, the other for every issue.
void ProcessingElement::count_reads(std::int64_t segment, std::size_t activations, std::int64_t issues) {
  const Segment& s = pass_->segments[static_cast<std::size_t>(segment)];
  if (stationary_ == Stationary::input) {
    iaram_reads_ += (static_cast<std::int64_t>(activations) + activations_per_cycle_ - 1) / activations_per_cycle_;
    fifo_reads_ += issues;
  } else {
    iaram_reads_ += issues;
    fifo_reads_ += s.last_entry - s.first_entry + 1;
  }
}

void ProcessingElement::add_counters(Counters& counters) const {
  datapath_module_->add_counters(counters);
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
