#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/product_queues.hpp"
#include "models/scnn/waveform.hpp"

namespace scnn {

/// Scatter crossbar of a PE: F I lanes, one behind each multiplier, to the queues in front of the A
/// accumulator banks. Full queues hold lanes up, and a full lane holds up the multiplier array.
class ScatterCrossbar : public sc_core::sc_module, public LaneInterface, public CrossbarInterface {
 public:
  sc_core::sc_port<RetireInterface> banks;

  ScatterCrossbar(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_pass() { transfers_ = 0; }
  /// Records from now on how many products wait in each lane and queue; nullptr: no more.
  void trace(Waveform* waveform);
  void load(std::span<const Product> products) override;
  void advance() override;
  [[nodiscard]] bool ready() const override { return lanes_.full_queues() == 0; }
  [[nodiscard]] bool empty() const override { return lanes_.products() == 0 && queues_.products() == 0; }
  [[nodiscard]] bool retired() const override { return !retiring_.empty(); }

  /// crossbar_transfers
  void add_counters(Counters& counters) const { counters.crossbar_transfers += transfers_; }

 private:
  void retire_oldest();
  void move_lanes();
  void record() const;

  std::uint32_t writes_per_bank_;  ///< 0: any number
  ProductQueues lanes_;
  ProductQueues queues_;
  std::vector<std::uint32_t> entered_;  ///< products that entered a bank's queue in this cycle
  std::vector<Product> retiring_;
  std::int64_t transfers_ = 0;

  Waveform* waveform_ = nullptr;
  std::vector<Waveform::Signal> lane_signals_;
  std::vector<Waveform::Signal> queue_signals_;
};

}  // namespace scnn
