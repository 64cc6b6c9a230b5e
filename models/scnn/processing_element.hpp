#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <systemc>
#include <vector>

#include "models/scnn/block.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/datapath.hpp"
#include "models/scnn/evaluation.hpp"
#include "models/scnn/fast_elements.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/post_processing_unit.hpp"

namespace scnn {

/// A processing element (SCNN, figure 6): its sequencer takes weight segments as they arrive, lets the
/// activations of its tile meet them in the datapath, and reports the end of each output-channel group.
///
/// Between two waits for other blocks nothing outside can disturb a PE, so it runs all the cycles of the segments that
/// have arrived in one activation of the kernel. In an array that is evaluated fast it has no datapath and never runs:
/// `FastElements` compute for it, whose partial sums it hands on.
class ProcessingElement : public sc_core::sc_module, public PartialSumInterface, public Block {
 public:
  sc_core::sc_port<WeightInterface> weight_supply;
  sc_core::sc_port<BarrierInterface> barrier;

  /// @param index number of the PE, row by row of the array
  ProcessingElement(const sc_core::sc_module_name& name, std::size_t index, const Parameters& parameters,
                    Evaluation evaluation);

  /// Loads what stays the same during a pass.
  void begin_pass(const CompressedPass& pass, int product_shift, bool with_values);
  /// Likewise in an array that is evaluated fast.
  void begin_pass(const FastElements& elements) { elements_ = &elements; }

  /// Records from now on what the PE does; nullptr: no more.
  void trace(const PassTrace* trace);

  /// What the PE's blocks counted in the pass.
  void add_counters(Counters& counters) const;

  void read_partial_sums(std::span<std::int64_t> sums) const override {
    elements_ != nullptr ? elements_->read_partial_sums(index_, sums) : datapath_module_->read_partial_sums(sums);
  }
  [[nodiscard]] PostProcessingUnit& post_processing() { return post_processing_; }
  [[nodiscard]] std::string waiting_for() const override;

 private:
  enum class Waiting { for_release, for_weights, not_at_all };

  void sequence();
  void begin_group(const BarrierInterface::Release& release);
  void run_group(const GroupSegments& segments);
  void take(std::int64_t first, std::span<const Arrival> arrivals);
  void wait_for(const Arrival& arrival);
  void end_group();
  void record_wait(std::int64_t segment, const Arrival& arrival, std::int64_t from) const;
  void record_release(std::int64_t segment, std::int64_t finish) const;
  void record_end(std::int64_t finish, std::int64_t complete) const;

  std::size_t index_;
  std::int64_t activations_per_cycle_;
  Stationary stationary_;
  std::int64_t pipeline_latency_;

  sc_core::sc_port<DatapathInterface, 1, sc_core::SC_ZERO_OR_MORE_BOUND> datapath_;
  std::unique_ptr<Datapath> datapath_module_;
  PostProcessingUnit post_processing_;

  const CompressedPass* pass_ = nullptr;
  const FastElements* elements_ = nullptr;  ///< that compute for it
  const PassTrace* trace_ = nullptr;
  std::int64_t finish_ = 0;              ///< of the latest segment
  GroupReport report_;                   ///< of the group at work
  std::vector<SegmentFinish> finishes_;  ///< of the segments taken up last
  std::int64_t stationary_reads_ = 0;    ///< of the operand that stays: once per vector or entry of a segment
  Waiting waiting_ = Waiting::not_at_all;
  std::int64_t waiting_segment_ = 0;
};

}  // namespace scnn
