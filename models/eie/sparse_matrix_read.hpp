#pragma once

#include <cstdint>
#include <systemc>

#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/eie/ports.hpp"

namespace eie {

/// Reads a PE's entries from its sparse-matrix SRAM, a word of several at a time. It keeps the last word.
class SparseMatrixRead : public sc_core::sc_module, public SparseMatrixInterface {
 public:
  sc_core::sc_port<ArithmeticInterface> arithmetic;

  SparseMatrixRead(const sc_core::sc_module_name& name, const Parameters& parameters);

  void begin_layer(const pruning::PeColumns& columns);
  void read(std::uint32_t begin, std::uint32_t end, std::int16_t activation, std::int64_t start) override;
  void add_counters(Counters& counters) const;

 private:
  std::int64_t entries_per_word_;
  const pruning::PeColumns* columns_ = nullptr;
  std::int64_t last_word_ = -1;
  std::int64_t entries_ = 0;
  std::int64_t word_reads_ = 0;
};

}  // namespace eie
