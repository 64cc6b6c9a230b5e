#include "models/dense/pe_array.hpp"

#include <algorithm>

#include "models/dense/mapping.hpp"

namespace dense {

PeArray::PeArray(const sc_core::sc_module_name& name, const scnn::Parameters& parameters)
    : sc_module(name), parameters_(parameters), weight_broadcast_("weight_broadcast") {
  for (std::size_t pe = 0; pe < static_cast<std::size_t>(parameters.pes()); ++pe) {
    const std::string pe_name = "pe_" + std::to_string(pe);
    pes_.push_back(std::make_unique<ProcessingElement>(pe_name.c_str(), pe, parameters));
    pes_[pe]->weights(weight_broadcast_);
    pes_[pe]->barrier(*this);
  }
  begun_.assign(pes_.size(), 0);
  SC_HAS_PROCESS(PeArray);
  SC_THREAD(control);
}

LayerTime PeArray::run(const LayerJob& job) {
  time_ = {};
  done_ = false;
  completed_ = 0;
  const bool with_values = job.sums != nullptr;
  if (with_values) weight_broadcast_.begin_layer(*job.operands);
  const std::vector<scnn::Window> tiles = output_tiles(job.operands->shape, parameters_);
  for (std::size_t pe = 0; pe < pes_.size(); ++pe) {
    if (with_values) {
      pes_[pe]->begin_layer(*job.operands, tiles[pe], *job.sums, *job.outputs);
    } else {
      pes_[pe]->begin_layer(*job.operands, tiles[pe]);
    }
  }
  ++layers_;
  start_.notify(sc_core::SC_ZERO_TIME);
  scnn::run_until_idle(done_, {this});
  return time_;
}

void PeArray::control() {
  const sc_core::sc_time cycle(1.0 / parameters_.clock_ghz, sc_core::SC_NS);
  for (;;) {
    wait(all_complete_);
    wait(static_cast<double>(time_.cycles) * cycle);
    time_.pe_cycles.idle = time_.cycles * parameters_.pes() - time_.pe_cycles.busy;
    done_ = true;
  }
}

void PeArray::await_layer(std::size_t pe) {
  while (begun_[pe] == layers_) sc_core::wait(start_);
  ++begun_[pe];
}

void PeArray::complete(std::int64_t cycles) {
  time_.cycles = std::max(time_.cycles, cycles);
  time_.pe_cycles.busy += cycles;
  if (++completed_ == pes_.size()) all_complete_.notify(sc_core::SC_ZERO_TIME);
}

std::string PeArray::waiting_for() const {
  if (done_) return {};
  return std::string(name()) + ": the layer waits for " + std::to_string(pes_.size() - completed_) + " of " +
         std::to_string(pes_.size()) + " PEs";
}

}  // namespace dense
