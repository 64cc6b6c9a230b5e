#include "models/eie/pe_array.hpp"

namespace eie {

PeArray::PeArray(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), parameters_(parameters), detection_("leading_nonzero_detection", parameters) {
  detection_.layer(*this);
  for (std::size_t pe = 0; pe < static_cast<std::size_t>(parameters.pes); ++pe) {
    const std::string pe_name = "pe_" + std::to_string(pe);
    pes_.push_back(std::make_unique<ProcessingElement>(pe_name.c_str(), pe, parameters));
    detection_.queues(pes_[pe]->queue());
  }
}

LayerTime PeArray::run(const LayerJob& job) {
  const bool with_values = job.sums != nullptr;
  detection_.begin_layer();
  for (const auto& pe : pes_) pe->begin_layer(*job.matrix, *job.operands, with_values);
  inputs_ = job.operands->activations;
  waiting_ = true;
  done_ = false;
  start_.notify(sc_core::SC_ZERO_TIME);
  scnn::run_until_idle(done_, {this});

  LayerTime time;
  time.cycles = busy_cycles_ + parameters_.pipeline_latency;
  detection_.add_counters(time.counters);
  for (const auto& pe : pes_) {
    pe->add_counters(time.counters);
    time.pe_cycles.busy += pe->busy();
    if (with_values) pe->finish_layer(*job.operands, *job.sums, *job.outputs);
  }
  time.pe_cycles.starved = busy_cycles_ * parameters_.pes - time.pe_cycles.busy;
  time.pe_cycles.latency = parameters_.pipeline_latency * parameters_.pes;
  return time;
}

std::span<const std::int16_t> PeArray::await_layer() {
  while (!waiting_) sc_core::wait(start_);
  waiting_ = false;
  return inputs_;
}

void PeArray::complete(std::int64_t cycles) {
  busy_cycles_ = cycles;
  done_ = true;
}

std::string PeArray::waiting_for() const {
  if (done_) return {};
  return std::string(name()) + ": the layer waits for its inputs to be broadcast";
}

}  // namespace eie
