#pragma once

#include <cstdint>
#include <span>

#include "models/counter_info.hpp"

namespace dense {

/// What a dense machine did in one layer, as exact integers. The fields are described by `counter_table()`; those that
/// SCNN has too mean the same there.
struct Counters {
  std::int64_t issues = 0;
  std::int64_t multiplier_slots = 0;
  std::int64_t multiplications = 0;
  std::int64_t multiplications_gated = 0;
  std::int64_t products = 0;
  std::int64_t accumulator_references = 0;
  std::int64_t activation_vector_reads = 0;
  std::int64_t weight_buffer_reads = 0;
  std::int64_t weight_buffer_writes = 0;
  std::int64_t input_halo_values = 0;
  std::int64_t ppu_values = 0;
  std::int64_t activation_bytes_filled = 0;
  std::int64_t activation_bytes_spilled = 0;
  std::int64_t dram_weight_bytes_read = 0;
  std::int64_t dram_activation_bytes_read = 0;
  std::int64_t dram_activation_bytes_written = 0;

  bool operator==(const Counters&) const = default;
  Counters& operator+=(const Counters& other);
};

/// Where the cycles of all PEs went; the classes sum to cycles x PEs.
struct PeCycles {
  std::int64_t busy = 0;
  std::int64_t idle = 0;

  bool operator==(const PeCycles&) const = default;
  PeCycles& operator+=(const PeCycles& other);
  [[nodiscard]] std::int64_t total() const { return busy + idle; }
};

/// Name, unit and description of every counter.
std::span<const models::CounterInfo<Counters>> counter_table();
std::span<const models::CounterInfo<PeCycles>> pe_cycle_table();

}  // namespace dense
