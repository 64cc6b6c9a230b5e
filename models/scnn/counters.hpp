#pragma once

#include <cstdint>
#include <span>

#include "models/counter_info.hpp"

namespace scnn {

/// What one layer did, as exact integers. The fields are described by `counter_table()`.
struct Counters {
  std::int64_t issues = 0;
  std::int64_t multiplier_slots = 0;
  std::int64_t products = 0;
  std::int64_t products_discarded = 0;
  std::int64_t products_merged = 0;
  std::int64_t products_accumulated = 0;
  std::int64_t accumulator_references = 0;
  std::int64_t bypass_hits = 0;
  std::int64_t row_references = 0;
  std::int64_t placeholder_lanes = 0;
  std::int64_t iaram_vector_reads = 0;
  std::int64_t weight_fifo_reads = 0;
  std::int64_t weight_fifo_writes = 0;
  std::int64_t crossbar_transfers = 0;
  std::int64_t halo_values = 0;
  std::int64_t ppu_values = 0;
  std::int64_t oaram_elements_written = 0;
  std::int64_t dram_weight_bytes_read = 0;
  std::int64_t dram_activation_bytes_read = 0;
  std::int64_t dram_activation_bytes_written = 0;

  bool operator==(const Counters&) const = default;
  Counters& operator+=(const Counters& other);
};

/// Finds what follows from issues, products, those accumulated and bypass hits, where no products are merged: slots,
/// products discarded, transfers and references. @param lanes of a multiplier array
void find_dependent(Counters& counters, std::int64_t lanes);

/// Where the cycles of all PEs went; the classes sum to cycles x PEs.
struct PeCycles {
  std::int64_t issue = 0;
  std::int64_t conflict = 0;
  std::int64_t supply = 0;
  std::int64_t fifo = 0;
  std::int64_t flush = 0;
  std::int64_t barrier = 0;
  std::int64_t drain = 0;

  bool operator==(const PeCycles&) const = default;
  PeCycles& operator+=(const PeCycles& other);
  [[nodiscard]] std::int64_t total() const;
};

using models::CounterInfo;

/// Name, unit and description of every counter, in the order of the results schema.
std::span<const CounterInfo<Counters>> counter_table();
std::span<const CounterInfo<PeCycles>> pe_cycle_table();

}  // namespace scnn
