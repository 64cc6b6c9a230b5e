#include "models/scnn/multiplier_array.hpp"

#include "pruning/fixed_point.hpp"

namespace scnn {

MultiplierArray::MultiplierArray(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      weights_per_cycle_(static_cast<std::uint32_t>(parameters.weights_per_cycle)),
      lane_count_(static_cast<std::uint32_t>(parameters.lanes())) {
  const auto banks = static_cast<std::uint32_t>(parameters.accumulator_banks);
  for (std::uint32_t a = 0; a < static_cast<std::uint32_t>(parameters.partial_sums()); ++a) {
    bank_and_entry_.emplace_back(a % banks, a / banks);
  }
  formed_.reserve(lane_count_);
}

void MultiplierArray::begin_pass(const Window& accumulator, const Window& outputs, int product_shift,
                                 bool with_values) {
  accumulator_ = accumulator;
  outputs_ = outputs;
  product_shift_ = product_shift;
  with_values_ = with_values;
  issues_ = products_ = discarded_ = placeholder_lanes_ = 0;
}

void MultiplierArray::issue(std::span<const Activation> activations, std::span<const Weight> weights) {
  formed_.clear();
  ++issues_;
  std::uint32_t first_lane = 0;
  for (const Activation& activation : activations) {
    std::uint32_t lane = first_lane;
    first_lane += weights_per_cycle_;
    for (const Weight& weight : weights) {
      const std::uint32_t this_lane = lane++;
      if (activation.value == 0 || weight.value == 0) {
        ++placeholder_lanes_;
        continue;
      }
      ++products_;
      const int row = activation.row - weight.row;
      const int column = activation.column - weight.column;
      if (!outputs_.contains(row, column)) {
        ++discarded_;
        continue;
      }
      const int address =
          (weight.filter * accumulator_.rows.size() + row - accumulator_.rows.begin) * accumulator_.columns.size() +
          column - accumulator_.columns.begin;
      const auto [bank, entry] = bank_and_entry_[static_cast<std::size_t>(address)];
      const std::int64_t value =
          with_values_ ? pruning::shift_round_half_up(std::int64_t{activation.value} * weight.value, product_shift_)
                       : 0;
      formed_.push_back({static_cast<std::int32_t>(value), this_lane, bank, entry});
    }
  }
  lanes->load(formed_);
}

void MultiplierArray::add_counters(Counters& counters) const {
  counters.issues += issues_;
  counters.multiplier_slots += issues_ * lane_count_;
  counters.products += products_;
  counters.products_discarded += discarded_;
  counters.products_accumulated += products_ - discarded_;
  counters.placeholder_lanes += placeholder_lanes_;
}

}  // namespace scnn
