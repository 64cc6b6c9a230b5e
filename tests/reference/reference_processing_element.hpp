#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "tests/reference/reference_mapping.hpp"

/// Sections 5 and 6 of the machine's description: one PE, cycle by cycle.
namespace reference {

using Entry = std::vector<Weight>;

class ProcessingElement {
 public:
  ProcessingElement(const scnn::LayerOperands& layer, const scnn::Parameters& machine, const Tiles& tiles,
                    const Rectangle& outputs, scnn::Counters& counters, scnn::PeCycles& classes);

  /// Starts the group of output channels `filters`, released in cycle `release`, with empty accumulators.
  void begin_group(Range filters, std::int64_t release);

  /// Works on the next segment of the group.
  /// @param available T of its last entry
  /// @param unhindered S of its last entry
  /// @return finish of the segment
  std::int64_t work(const std::vector<Entry>& segment, const ActivationStream& activations, std::int64_t available,
                    std::int64_t unhindered);

  /// Lets what is under way retire and empties the bypass registers.
  /// @return C(g), the cycle in which the PE is done with the group
  std::int64_t finish_group();

  /// Partial sum of an output of the accumulator tile, once the group is finished.
  [[nodiscard]] std::int64_t partial_sum(std::int64_t k, std::int64_t oy, std::int64_t ox) const;

  [[nodiscard]] const Tiles& tiles() const { return tiles_; }

 private:
  struct Product {
    std::int64_t address = 0;
    std::int64_t value = 0;
  };
  struct BypassRegister {
    std::int64_t entry = 0;
    std::int64_t sum = 0;
  };
  struct Bank {
    std::deque<Product> queue;
    std::vector<std::int64_t> entries;
    std::vector<BypassRegister> registers;  ///< most recently used first
    std::int64_t entered_in_this_cycle = 0;
  };

  [[nodiscard]] std::int64_t address(std::int64_t k, std::int64_t oy, std::int64_t ox) const;
  [[nodiscard]] bool nothing_waits() const;
  [[nodiscard]] bool every_lane_has_room() const;
  void retire();
  void move_to_banks();
  void issue(const ActivationStream& vector, const Entry& entry);
  void accumulate(Bank& bank, std::int64_t entry, std::int64_t value);
  /// Cycles up to `cycle` (exclusive), without an issue.
  void idle_until(std::int64_t cycle);

  const scnn::LayerOperands& layer_;
  const scnn::Parameters& machine_;
  Tiles tiles_;
  Rectangle outputs_;
  scnn::Counters& counters_;
  scnn::PeCycles& classes_;

  std::vector<std::deque<Product>> lanes_;
  std::vector<Bank> banks_;
  Range filters_;
  std::int64_t now_ = 0;  ///< the next cycle
  std::int64_t release_ = 0;
  std::int64_t finish_ = 0;            ///< of the last segment
  std::int64_t after_retirement_ = 0;  ///< cycle after the last retirement
};

}  // namespace reference
