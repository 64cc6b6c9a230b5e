#include "models/eie/activation_queue.hpp"

#include <algorithm>

namespace eie {

ActivationQueue::ActivationQueue(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), last_starts_(static_cast<std::size_t>(parameters.queue)) {}

void ActivationQueue::begin_layer() {
  std::fill(last_starts_.begin(), last_starts_.end(), -1);  // places that are free from cycle 0
  oldest_ = 0;
  busy_until_ = busy_ = 0;
}

void ActivationQueue::push(const Activation& activation, std::int64_t cycle) {
  const std::int64_t start = std::max(cycle + 1, busy_until_);
  last_starts_[oldest_] = start;
  if (++oldest_ == last_starts_.size()) oldest_ = 0;
  const std::int64_t cycles = pointers->process(activation, start);
  busy_ += cycles;
  busy_until_ = start + cycles;
}

}  // namespace eie
