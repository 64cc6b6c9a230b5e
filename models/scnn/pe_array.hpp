#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <vector>

#include "models/dram/memory_port.hpp"
#include "models/scnn/block.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/evaluation.hpp"
#include "models/scnn/fast_elements.hpp"
#include "models/scnn/halo_exchange.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/lockstep_elements.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pass_trace.hpp"
#include "models/scnn/ports.hpp"
#include "models/scnn/processing_element.hpp"
#include "models/scnn/queueing_elements.hpp"
#include "models/scnn/weight_broadcast.hpp"

namespace scnn {

/// A cycle of the machine's clock.
sc_core::sc_time cycle_of(const Parameters& parameters);

/// What a pass is given besides its streams, and where its results go.
struct PassJob {
  const LayerOperands* operands = nullptr;
  const CompressedPass* pass = nullptr;
  bool with_values = true;                       ///< false: timing only; sums, outputs and OARAM elements stay empty
  std::vector<std::int64_t>* sums = nullptr;     ///< (K, P, Q) of the layer, before bias
  std::vector<std::int16_t>* outputs = nullptr;  ///< (K, P, Q) of the layer, after post-processing
  Tracing tracing{};                             ///< of one of its PEs
};

struct PassOutcome {
  std::int64_t cycles = 0;
  std::int64_t weight_cycles = 0;  ///< that the memory needs for the weights
  Counters counters;               ///< without DRAM traffic and row references, which belong to the layer
  PeCycles pe_cycles;
};

/// The array of PEs with what they share: weight broadcast, barrier between groups, halo exchange. Its
/// controller releases a group to all PEs at once and drains it when the last has finished.
class PeArray : public sc_core::sc_module, public BarrierInterface, public Block {
 public:
  /// @param construction_order order in which the PEs are built, which is the order in which the kernel first
  ///        runs them; results must not depend on it
  PeArray(const sc_core::sc_module_name& name, const Parameters& parameters, Evaluation evaluation,
          const std::vector<std::size_t>& construction_order);

  /// Runs one pass to its end. @throws NoProgress
  PassOutcome run(const PassJob& job);

  /// Moves activations between the chip and the memory while nothing else does.
  /// @return cycles that it takes @throws NoProgress
  std::int64_t move(dram::Kind kind, std::int64_t bits);

  /// Towards the memory.
  [[nodiscard]] dram::MemoryPort& memory_port() { return memory_port_; }

  Release await_release(std::size_t pe) override;
  void complete(std::size_t pe, const GroupReport& report) override;
  [[nodiscard]] std::string waiting_for() const override;

 private:
  void control();
  void trace(const Tracing& tracing);
  void begin_pass();
  void run_until_done();
  void run_pass();
  void run_move();
  void wait_until(const sc_core::sc_time& begin, std::int64_t cycle);
  ArrayReport run_group(std::size_t group, std::int64_t release);
  void release_group(std::size_t group, std::int64_t cycle);
  void wait_for_all();
  [[nodiscard]] ArrayReport sum_reports() const;
  void drain(const OutputGroup& group);
  void finish_counters();

  Parameters parameters_;
  sc_core::sc_time cycle_;
  dram::MemoryPort memory_port_;
  WeightBroadcast weight_broadcast_;
  std::vector<std::unique_ptr<ProcessingElement>> pes_;
  std::unique_ptr<QueueingElements> queueing_;  ///< where the array is evaluated fast
  std::unique_ptr<LockstepElements> lockstep_;  ///< likewise
  HaloExchange halo_exchange_;

  /// Activations to be moved.
  struct Move {
    dram::Kind kind;
    std::int64_t bits;
  };

  FastElements* elements_ = nullptr;  ///< that compute the pass; nullptr: the PEs do

  PassJob job_;
  std::optional<Move> move_;  ///< instead of the pass
  std::int64_t move_cycles_ = 0;
  PassOutcome outcome_;
  std::optional<PassTrace> trace_;
  bool done_ = true;
  sc_core::sc_event start_;

  std::int64_t releases_ = 0;        ///< groups released so far, over all passes
  Release release_;                  ///< the latest
  std::vector<std::int64_t> taken_;  ///< releases that each PE has seen
  sc_core::sc_event released_;
  std::vector<std::int64_t> finishes_;     ///< of the segments at work, in the slowest PE
  std::vector<SegmentFinish> all_worked_;  ///< the same, with their numbers
  std::vector<GroupReport> reports_;       ///< of the group at work, by PE
  std::size_t completed_ = 0;              ///< PEs that have finished it
  sc_core::sc_event all_complete_;
  std::int64_t halo_values_moved_ = 0;
};

}  // namespace scnn
