#include "models/eie/leading_nonzero_detection.hpp"

#include <algorithm>

namespace eie {

LeadingNonzeroDetection::LeadingNonzeroDetection(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), batch_(parameters.batch()), cycle_(1.0 / parameters.clock_ghz, sc_core::SC_NS) {
  SC_HAS_PROCESS(LeadingNonzeroDetection);
  SC_THREAD(run);
}

void LeadingNonzeroDetection::run() {
  for (;;) {
    const std::span<const std::int16_t> inputs = layer->await_layer();
    const auto batch = static_cast<std::size_t>(batch_);
    std::int64_t now = 0;
    for (std::size_t first = 0; first < inputs.size(); first += batch) {
      const std::int64_t end = broadcast(inputs.subspan(first, std::min(batch, inputs.size() - first)), first, now);
      wait(static_cast<double>(end - now) * cycle_);
      now = end;
    }
    layer->complete(now);
  }
}

std::int64_t LeadingNonzeroDetection::broadcast(std::span<const std::int16_t> inputs, std::size_t first,
                                                std::int64_t begin) {
  std::int64_t end = begin;
  std::int64_t next = begin;
  const int pes = queues.size();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == 0) continue;
    std::int64_t cycle = next;
    for (int pe = 0; pe < pes; ++pe) cycle = std::max(cycle, queues[pe]->room_from());
    for (int pe = 0; pe < pes; ++pe) queues[pe]->push({first + i, inputs[i]}, cycle);
    next = cycle + 1;
    ++broadcasts_;
  }
  if (next == begin) return begin;
  for (int pe = 0; pe < pes; ++pe) end = std::max(end, queues[pe]->busy_until());
  return end;
}

}  // namespace eie
