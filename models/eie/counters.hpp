#pragma once

#include <cstdint>
#include <span>

#include "models/counter_info.hpp"

namespace eie {

/// What EIE did in one layer, as exact integers. The fields are described by `counter_table()`.
struct Counters {
  std::int64_t broadcasts = 0;
  std::int64_t entries = 0;
  std::int64_t placeholders = 0;
  std::int64_t empty_columns = 0;
  std::int64_t pointer_reads = 0;
  std::int64_t spmat_word_reads = 0;
  std::int64_t accumulator_updates = 0;
  std::int64_t accumulator_bypasses = 0;
  std::int64_t dram_activation_bytes_read = 0;
  std::int64_t dram_activation_bytes_written = 0;

  bool operator==(const Counters&) const = default;
  Counters& operator+=(const Counters& other);
};

/// Where the cycles of all PEs went; the classes sum to cycles x PEs.
struct PeCycles {
  std::int64_t busy = 0;
  std::int64_t starved = 0;
  std::int64_t latency = 0;

  bool operator==(const PeCycles&) const = default;
  PeCycles& operator+=(const PeCycles& other);
  [[nodiscard]] std::int64_t total() const { return busy + starved + latency; }
};

/// Name, unit and description of every counter.
std::span<const models::CounterInfo<Counters>> counter_table();
std::span<const models::CounterInfo<PeCycles>> pe_cycle_table();

}  // namespace eie
