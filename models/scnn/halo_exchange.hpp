#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/scnn/mapping.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// At the end of a group partial sums leave the accumulators: those at the fringe of a tile go to the neighbour
/// that owns the output (SCNN's output halos), the others to the PE's own post-processing unit.
class HaloExchange : public sc_core::sc_module {
 public:
  sc_core::sc_port<PartialSumInterface, 0> accumulators;         ///< one per PE, in order
  sc_core::sc_port<PostProcessingInterface, 0> post_processing;  ///< likewise

  HaloExchange(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_pass(const Pass& pass);

  /// Cycles that draining a group of `channels` output channels takes: the slowest PE's halo transfers, then
  /// its post-processing.
  [[nodiscard]] std::int64_t drain_cycles(int channels) const;
  /// Partial sums that all PEs send to others, for each output channel.
  [[nodiscard]] std::int64_t halo_values() const;
  /// Outputs that all PEs own, for each output channel.
  [[nodiscard]] std::int64_t ppu_values() const;

  /// Moves the partial sums of the group that ended last. @return how many went to another PE
  std::int64_t move(const OutputGroup& group);

 private:
  /// Values of one PE for each output channel.
  struct Traffic {
    std::int64_t out = 0;
    std::int64_t in = 0;
    std::int64_t own = 0;
  };

  [[nodiscard]] std::size_t owner(int row, int column) const;

  std::int64_t array_columns_;
  std::int64_t halo_per_cycle_;
  std::int64_t ppu_per_cycle_;
  const Pass* pass_ = nullptr;
  std::vector<std::size_t> row_owner_;  ///< PE row of each output row of the pass
  std::vector<std::size_t> column_owner_;
  std::vector<Traffic> traffic_;    ///< by PE
  std::vector<std::int64_t> sums_;  ///< of the PE at work
};

}  // namespace scnn
