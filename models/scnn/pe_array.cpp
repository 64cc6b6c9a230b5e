#include "models/scnn/pe_array.hpp"

#include <algorithm>
#include <stdexcept>

namespace scnn {

sc_core::sc_time cycle_of(const Parameters& parameters) {
  return {1.0 / parameters.clock_ghz, sc_core::SC_NS};
}

PeArray::PeArray(const sc_core::sc_module_name& name, const Parameters& parameters, Evaluation evaluation,
                 const std::vector<std::size_t>& construction_order)
    : sc_module(name),
      parameters_(parameters),
      cycle_(cycle_of(parameters)),
      memory_port_("memory_port", cycle_),
      weight_broadcast_("weight_broadcast", parameters),
      pes_(static_cast<std::size_t>(parameters.pes())),
      halo_exchange_("halo_exchange", parameters),
      taken_(pes_.size(), 0),
      reports_(pes_.size()) {
  weight_broadcast_.memory(memory_port_);
  if (!FastElements::applies(parameters)) evaluation = Evaluation::detailed;
  if (evaluation == Evaluation::fast) {
    queueing_ = std::make_unique<QueueingElements>("queueing_elements", parameters);
    lockstep_ = std::make_unique<LockstepElements>("lockstep_elements", parameters);
  }
  for (const std::size_t pe : construction_order) {
    const std::string pe_name = "pe_" + std::to_string(pe);
    pes_[pe] = std::make_unique<ProcessingElement>(pe_name.c_str(), pe, parameters, evaluation);
    pes_[pe]->weight_supply(weight_broadcast_);
    pes_[pe]->barrier(*this);
  }
  for (const auto& pe : pes_) {
    halo_exchange_.accumulators(*pe);
    halo_exchange_.post_processing(pe->post_processing());
  }

  SC_HAS_PROCESS(PeArray);
  SC_THREAD(control);
}

PassOutcome PeArray::run(const PassJob& job) {
  job_ = job;
  outcome_ = {};
  halo_values_moved_ = 0;
  done_ = false;
  trace(job.tracing);
  begin_pass();
  run_until_done();
  finish_counters();
  return outcome_;
}

void PeArray::begin_pass() {
  halo_exchange_.begin_pass(job_.pass->geometry);
  if (queueing_) {
    elements_ = queueing_.get();
    if (LockstepElements::applies(*job_.pass, parameters_)) elements_ = lockstep_.get();
    elements_->begin_pass(*job_.pass, job_.operands->product_shift, job_.with_values);
  }
  for (std::size_t pe = 0; pe < pes_.size(); ++pe) {
    if (elements_ != nullptr) {
      pes_[pe]->begin_pass(*elements_);
    } else {
      pes_[pe]->begin_pass(*job_.pass, job_.operands->product_shift, job_.with_values);
    }
    if (job_.with_values) {
      pes_[pe]->post_processing().begin_pass(*job_.operands, job_.pass->geometry.tiles[pe].owned, *job_.sums,
                                             *job_.outputs);
    }
  }
}

std::int64_t PeArray::move(dram::Kind kind, std::int64_t bits) {
  move_ = {kind, bits};
  done_ = false;
  run_until_done();
  move_.reset();
  return move_cycles_;
}

void PeArray::run_until_done() {
  start_.notify(sc_core::SC_ZERO_TIME);
  std::vector<const Block*> blocks{this};
  if (!move_) {
    blocks.push_back(&weight_broadcast_);
    for (const auto& pe : pes_) {
      if (elements_ == nullptr) blocks.push_back(pe.get());
    }
  }
  run_until_idle(done_, blocks);
}

void PeArray::trace(const Tracing& tracing) {
  trace_.reset();
  if (tracing.waveform != nullptr) trace_.emplace(*tracing.waveform, name(), pes_[tracing.pe]->name());
  const PassTrace* trace = trace_ ? &*trace_ : nullptr;
  weight_broadcast_.trace(trace);
  for (std::size_t pe = 0; pe < pes_.size(); ++pe) pes_[pe]->trace(pe == tracing.pe ? trace : nullptr);
}

void PeArray::control() {
  for (;;) {
    while (done_) wait(start_);
    move_ ? run_move() : run_pass();
    done_ = true;
  }
}

void PeArray::run_move() {
  const sc_core::sc_time begin = sc_core::sc_time_stamp();  // NOLINT(performance-unnecessary-copy*): time goes on
  memory_port_.begin_stream();
  move_cycles_ = memory_port_.transfer(move_->kind, move_->bits);
  wait_until(begin, move_cycles_);
}

/// Waits for a cycle after `begin`, unless it is over.
void PeArray::wait_until(const sc_core::sc_time& begin, std::int64_t cycle) {
  const sc_core::sc_time until =
      begin + sc_core::sc_time::from_value(static_cast<std::uint64_t>(cycle) * cycle_.value());
  if (until > sc_core::sc_time_stamp()) wait(until - sc_core::sc_time_stamp());
}

/// Barrier, drain and release of the groups of a pass, one after another.
void PeArray::run_pass() {
  const auto pes = static_cast<std::int64_t>(pes_.size());
  const sc_core::sc_time begin = sc_core::sc_time_stamp();  // NOLINT(performance-unnecessary-copy*): time goes on
  weight_broadcast_.begin_pass(*job_.pass, elements_ != nullptr ? 1 : pes);
  std::int64_t release = 0;      // B(g)
  std::int64_t drain_start = 0;  // E(g)
  std::int64_t drain_cycles = 0;
  for (std::size_t g = 0; g < job_.pass->groups.size(); ++g) {
    const OutputGroup& group = job_.pass->groups[g];
    if (elements_ == nullptr) {
      release_group(g, release);
      wait_for_all();
    }
    const ArrayReport report = elements_ != nullptr ? run_group(g, release) : sum_reports();
    const std::int64_t finished = report.finished;
    outcome_.pe_cycles += report.cycles;
    // With two sets the next group accumulates while this one drains, once the drain before it is over.
    const bool overlap = parameters_.accumulator_sets == 2;
    drain_start = overlap ? std::max(finished, drain_start + drain_cycles) : finished;
    drain_cycles = halo_exchange_.drain_cycles(group.filters.size());
    const bool last = g + 1 == job_.pass->groups.size();
    release = overlap && !last ? drain_start : drain_start + drain_cycles;

    outcome_.pe_cycles.drain += pes * (release - finished);
    if (trace_) trace_->waveform.at(finished).set(trace_->state, "drain");

    wait_until(begin, drain_start);
    drain(group);
  }
  wait_until(begin, release);
  outcome_.cycles = release;
  outcome_.weight_cycles = weight_broadcast_.memory_cycles();
  if (trace_) trace_->waveform.at(release).end();
}

/// Lets all PEs take up, together, what has arrived for them.
ArrayReport PeArray::run_group(std::size_t group, std::int64_t release) {
  release_ = {job_.pass, group, release};
  elements_->begin_group(release);
  const GroupSegments& segments = job_.pass->group_segments[group];
  for (std::int64_t s = segments.begin; s < segments.end;) {
    std::span<const Arrival> arrivals = weight_broadcast_.await(s);
    arrivals = arrivals.first(std::min(arrivals.size(), static_cast<std::size_t>(segments.end - s)));
    finishes_.resize(arrivals.size());
    elements_->take(s, arrivals, finishes_);
    all_worked_.resize(arrivals.size());
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      all_worked_[i].segment = s + static_cast<std::int64_t>(i);
      all_worked_[i].finish = finishes_[i];
    }
    weight_broadcast_.release({s, s + std::ssize(arrivals), release, all_worked_});
    s += std::ssize(arrivals);
  }
  return elements_->end_group(group);
}

void PeArray::release_group(std::size_t group, std::int64_t cycle) {
  release_ = {job_.pass, group, cycle};
  if (trace_) {
    trace_->waveform.at(cycle).set(trace_->released_group, static_cast<std::int64_t>(group) + 1);
    if (group > 0) trace_->waveform.add(trace_->pes_complete, -static_cast<std::int64_t>(completed_));
  }
  ++releases_;
  completed_ = 0;
  released_.notify(sc_core::SC_ZERO_TIME);
}

void PeArray::wait_for_all() {
  while (completed_ < pes_.size()) wait(all_complete_);
}

ArrayReport PeArray::sum_reports() const {
  ArrayReport sum;
  for (const GroupReport& report : reports_) sum.finished = std::max(sum.finished, report.complete);
  for (const GroupReport& report : reports_) {
    sum.cycles.issue += report.issue;
    sum.cycles.conflict += report.conflict;
    sum.cycles.supply += report.supply;
    sum.cycles.fifo += report.fifo;
    sum.cycles.flush += report.flush;
    sum.cycles.barrier += sum.finished - report.complete;
  }
  return sum;
}

BarrierInterface::Release PeArray::await_release(std::size_t pe) {
  while (taken_[pe] == releases_) sc_core::wait(released_);
  ++taken_[pe];
  return release_;
}

void PeArray::complete(std::size_t pe, const GroupReport& report) {
  reports_[pe] = report;
  if (trace_) trace_->waveform.at(report.complete).add(trace_->pes_complete, 1);
  if (++completed_ == pes_.size()) all_complete_.notify(sc_core::SC_ZERO_TIME);
}

void PeArray::drain(const OutputGroup& group) {
  if (!job_.with_values) return;
  halo_values_moved_ += halo_exchange_.move(group);
  for (const auto& pe : pes_) {
    outcome_.counters.oaram_elements_written += pe->post_processing().finish_group(group);
  }
}

void PeArray::finish_counters() {
  Counters& counters = outcome_.counters;
  if (elements_ != nullptr) {
    elements_->add_counters(counters);
  } else {
    for (const auto& pe : pes_) pe->add_counters(counters);
  }
  counters.weight_fifo_writes =
      static_cast<std::int64_t>(job_.pass->entry_bits.size()) * static_cast<std::int64_t>(pes_.size());
  for (const OutputGroup& group : job_.pass->groups) {
    counters.halo_values += halo_exchange_.halo_values() * group.filters.size();
    counters.ppu_values += halo_exchange_.ppu_values() * group.filters.size();
  }
  if (job_.with_values && halo_values_moved_ != counters.halo_values) {
    throw std::logic_error("the halo exchange moved " + std::to_string(halo_values_moved_) + " partial sums, not " +
                           std::to_string(counters.halo_values));
  }
}

std::string PeArray::waiting_for() const {
  if (done_) return {};
  if (move_) return std::string(name()) + ": activations wait for the memory";
  return std::string(name()) + ": group " + std::to_string(release_.group + 1) + " of " +
         std::to_string(job_.pass->groups.size()) + " waits for " + std::to_string(pes_.size() - completed_) + " of " +
         std::to_string(pes_.size()) + " PEs";
}

}  // namespace scnn
