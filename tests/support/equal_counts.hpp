#pragma once

#include <rapidcheck.h>

#include <span>

#include "models/counter_info.hpp"

/// What tests of machines against their references share.
namespace support {

/// Fails a property unless a machine took and counted what the reference did; shows all counts then.
/// @param counters, pe_cycles tables of the machine
template <class Outcome, class Expected, class Counters, class PeCycles>
void assert_equal_counts(const Outcome& machine, const Expected& expected,
                         std::span<const models::CounterInfo<Counters>> counters,
                         std::span<const models::CounterInfo<PeCycles>> pe_cycles) {
  for (const auto& info : counters) {
    RC_LOG() << info.name << ": " << machine.counters.*info.field << " / " << expected.counters.*info.field << "\n";
  }
  for (const auto& info : pe_cycles) {
    RC_LOG() << info.name << ": " << machine.pe_cycles.*info.field << " / " << expected.pe_cycles.*info.field << "\n";
  }
  RC_ASSERT(machine.temporal_rows == expected.temporal_rows);
  RC_ASSERT(machine.temporal_columns == expected.temporal_columns);
  RC_ASSERT(machine.output_channels_per_group == expected.output_channels_per_group);
  RC_ASSERT(machine.groups == expected.groups);
  RC_ASSERT(machine.input_can_stay == expected.input_fits);
  RC_ASSERT(machine.output_can_stay == expected.output_fits);
  RC_ASSERT(machine.input_bytes == expected.input_bytes);
  RC_ASSERT(machine.output_bytes == expected.output_bytes);
  RC_ASSERT(machine.cycles == expected.cycles);
  RC_ASSERT(machine.counters == expected.counters);
  RC_ASSERT(machine.pe_cycles == expected.pe_cycles);
}

}  // namespace support
