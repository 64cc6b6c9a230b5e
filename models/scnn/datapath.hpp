#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <systemc>
#include <vector>

#include "models/scnn/accumulator_banks.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/multiplier_array.hpp"
#include "models/scnn/output_bypass.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pass_trace.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/product_merge.hpp"
#include "models/scnn/scatter_crossbar.hpp"

namespace scnn {

/// What multiplies and accumulates in a PE: everything between IARAM and weight FIFO on one side and the partial sums
/// on the other, as SCNN's figure 6 draws it, one module a block, ticking cycle by cycle: multiplier array, scatter
/// crossbar, accumulator banks, and the output-address bypass where it is configured.
class Datapath : public sc_core::sc_module, public DatapathInterface, public PartialSumInterface {
 public:
  Datapath(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Loads what stays the same during a pass. @param pe number of the PE
  void begin_pass(const CompressedPass& pass, std::size_t pe, int product_shift, bool with_values);
  /// Records from now on what the blocks do in every cycle; nullptr: no more.
  void trace(const PassTrace* trace);

  void begin_group(std::int64_t cycle) override;
  std::span<const SegmentWork> run_segments(std::int64_t first, std::span<const Arrival> arrivals) override;
  std::int64_t end_group() override;
  void read_partial_sums(std::span<std::int64_t> sums) const override { accumulators_.read_partial_sums(sums); }
  /// What was counted in the pass so far.
  void add_counters(Counters& counters) const;

 private:
  void wait_until(std::int64_t cycle);
  void run_segment(SegmentWork& work);
  void issue(std::span<const Activation> activations, std::span<const Weight> weights);
  void step();

  std::size_t weights_per_cycle_;
  std::size_t activations_per_cycle_;
  Stationary stationary_;

  sc_core::sc_port<MultiplyInterface> multipliers_;
  sc_core::sc_port<CrossbarInterface> crossbar_;
  MultiplierArray multiplier_array_;
  std::unique_ptr<ProductMerge> merge_;
  ScatterCrossbar scatter_crossbar_;
  AccumulatorBanks accumulators_;
  std::unique_ptr<OutputBypass> bypass_;

  const CompressedPass* pass_ = nullptr;
  std::size_t pe_ = 0;
  const PassTrace* trace_ = nullptr;
  std::int64_t now_ = 0;              ///< next cycle to run
  std::int64_t last_retirement_ = 0;  ///< cycle after it
  std::vector<SegmentWork> work_;
  std::vector<Activation> activations_;  ///< of the segment at work
  std::vector<Weight> weights_;          ///< likewise
};

}  // namespace scnn
