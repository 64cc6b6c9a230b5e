#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/eie/activation_queue.hpp"
#include "models/eie/activation_read_write.hpp"
#include "models/eie/arithmetic_unit.hpp"
#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/eie/pointer_read.hpp"
#include "models/eie/sparse_matrix_read.hpp"

namespace eie {

/// A PE of EIE: its blocks in a row, with the rows `pe`, `pe + pes`, ... of the matrix.
class ProcessingElement : public sc_core::sc_module {
 public:
  ProcessingElement(const sc_core::sc_module_name& name, std::size_t number, const Parameters& parameters);

  [[nodiscard]] ActivationQueueInterface& queue() { return queue_; }
  [[nodiscard]] std::int64_t busy() const { return queue_.busy(); }

  /// @param matrix, operands must live to the end of the layer
  void begin_layer(const pruning::InterleavedColumns& matrix, const scnn::LayerOperands& operands, bool with_values);
  /// Of a layer with values. @param sums, outputs (K) of the layer, where the PE's go
  void finish_layer(const scnn::LayerOperands& operands, std::vector<std::int64_t>& sums,
                    std::vector<std::int16_t>& outputs) const;
  void add_counters(Counters& counters) const;

 private:
  std::size_t number_;
  std::size_t pes_;
  ActivationQueue queue_;
  PointerRead pointer_read_;
  SparseMatrixRead sparse_matrix_read_;
  ArithmeticUnit arithmetic_unit_;
  ActivationReadWrite activation_read_write_;
};

}  // namespace eie
