#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <systemc>
#include <vector>

#include "models/dram/memory_interface.hpp"
#include "models/scnn/block.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pass_trace.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// Reads compressed weights from DRAM and broadcasts them, entry by entry, to the weight FIFOs of all PEs,
/// which hold the same entries. An entry is sent when the bus, the DRAM and every FIFO have it, carry it
/// and have room for it. It settles times ahead of the kernel: an arrival is known once the last PE
/// has freed the place that it needs.
class WeightBroadcast : public sc_core::sc_module, public WeightInterface, public Block {
 public:
  sc_core::sc_port<dram::MemoryInterface> memory;

  WeightBroadcast(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Records every delivery from now on; nullptr: no more.
  void trace(const PassTrace* trace) { trace_ = trace; }
  /// Asks the memory for all weights of the pass. @param holders that await and release its segments: as many as PEs,
  ///        unless these do so together
  void begin_pass(const CompressedPass& pass, std::int64_t holders);
  /// Cycles from the beginning of the pass until they have all crossed the pins.
  [[nodiscard]] std::int64_t memory_cycles() const { return memory_cycles_; }
  std::span<const Arrival> await(std::int64_t segment) override;
  void release(const PastSegments& segments) override;
  [[nodiscard]] std::string waiting_for() const override;

 private:
  void read_weights();
  void settle_releases();
  void schedule();

  std::int64_t holders_ = 0;
  std::int64_t fifo_entries_;
  std::int64_t entries_per_cycle_;
  const CompressedPass* pass_ = nullptr;
  const PassTrace* trace_ = nullptr;
  std::vector<std::int64_t> read_;  ///< D, by entry
  std::int64_t memory_cycles_ = 0;
  std::vector<std::int64_t> holding_;   ///< by segment: holders that hold it and none before
  std::vector<std::int64_t> finishes_;  ///< by segment: latest finish known; once all have released it, Free
  std::int64_t held_ = 0;               ///< first segment that is held
  std::vector<Arrival> arrivals_;       ///< by segment
  std::size_t settled_segments_ = 0;    ///< as far as these are settled
  std::int64_t next_entry_ = 0;         ///< first whose time is not settled
  std::int64_t freeing_ = 0;            ///< segment that holds the entry whose place `next_entry_` takes
  std::vector<Arrival> sent_;           ///< T and S of the last `entries_per_cycle` entries, a ring
  std::size_t next_slot_ = 0;           ///< of `next_entry_` in it
  std::int64_t last_sent_ = 0;
  sc_core::sc_event settled_;
};

}  // namespace scnn
