#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/eie/ports.hpp"

namespace eie {

/// Activations that wait in front of a PE. An activation leaves the queue in the cycle in which the PE begins its
/// column.
class ActivationQueue : public sc_core::sc_module, public ActivationQueueInterface {
 public:
  sc_core::sc_port<PointerReadInterface> pointers;

  ActivationQueue(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_layer();
  [[nodiscard]] std::int64_t room_from() const override { return last_starts_[oldest_] + 1; }
  void push(const Activation& activation, std::int64_t cycle) override;
  [[nodiscard]] std::int64_t busy_until() const override { return busy_until_; }
  /// Cycles in which the PE was at work.
  [[nodiscard]] std::int64_t busy() const { return busy_; }

 private:
  std::vector<std::int64_t> last_starts_;  ///< of the latest `queue` activations, a ring
  std::size_t oldest_ = 0;
  std::int64_t busy_until_ = 0;
  std::int64_t busy_ = 0;
};

}  // namespace eie
