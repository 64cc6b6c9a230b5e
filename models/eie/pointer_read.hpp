#pragma once

#include <cstdint>
#include <systemc>

#include "models/eie/counters.hpp"
#include "models/eie/ports.hpp"

namespace eie {

/// Reads where a column begins and where it ends, from two banks at once and ahead of time, so that columns follow each
/// other without a gap. A column without entries takes a cycle.
class PointerRead : public sc_core::sc_module, public PointerReadInterface {
 public:
  sc_core::sc_port<SparseMatrixInterface> matrix;

  explicit PointerRead(const sc_core::sc_module_name& name) : sc_module(name) {}

  void begin_layer(const pruning::PeColumns& columns);
  std::int64_t process(const Activation& activation, std::int64_t start) override;
  void add_counters(Counters& counters) const;

 private:
  const pruning::PeColumns* columns_ = nullptr;
  std::int64_t visits_ = 0;
  std::int64_t empty_columns_ = 0;
};

}  // namespace eie
