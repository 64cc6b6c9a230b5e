#pragma once

#include <cstdint>
#include <systemc>

#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/eie/ports.hpp"

namespace eie {

/// Finds the non-zero inputs of a layer, batch by batch, and broadcasts them in order to the activation queues of all
/// PEs, one in a cycle in which every queue has room (Han et al., ISCA 2016, section 4).
///
/// No cycle is simulated in which nothing is decided: the queues alone couple the PEs, and the j-th broadcast of a
/// layer is in cycle
///
///     B(j) = max( 1 + B(j-1), 1 + max over PEs of start(j - queue) )
///
/// because a queue has room as soon as the PE has started the activation that came `queue` before; a PE starts
///
///     start(j) = max( 1 + B(j), end(j-1) ),   end(j) = start(j) + max(1, entries of the column in the PE)
///
/// (terms that do not exist fall away). The first broadcast of a batch is in the cycle after the last busy one so far.
class LeadingNonzeroDetection : public sc_core::sc_module {
 public:
  sc_core::sc_port<ActivationQueueInterface, 0> queues;  ///< of all PEs
  sc_core::sc_port<LayerInterface> layer;

  LeadingNonzeroDetection(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_layer() { broadcasts_ = 0; }
  void add_counters(Counters& counters) const { counters.broadcasts += broadcasts_; }

 private:
  void run();
  /// @param begin cycle of the first broadcast @return the cycle after the last busy one, or `begin` without non-zeros
  std::int64_t broadcast(std::span<const std::int16_t> inputs, std::size_t first, std::int64_t begin);

  std::int64_t batch_;
  sc_core::sc_time cycle_;
  std::int64_t broadcasts_ = 0;
};

}  // namespace eie
