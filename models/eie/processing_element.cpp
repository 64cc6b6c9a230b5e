#include "models/eie/processing_element.hpp"

namespace eie {

ProcessingElement::ProcessingElement(const sc_core::sc_module_name& name, std::size_t number,
                                     const Parameters& parameters)
    : sc_module(name),
      number_(number),
      pes_(static_cast<std::size_t>(parameters.pes)),
      queue_("activation_queue", parameters),
      pointer_read_("pointer_read"),
      sparse_matrix_read_("sparse_matrix_read", parameters),
      arithmetic_unit_("arithmetic_unit"),
      activation_read_write_("activation_read_write") {
  queue_.pointers(pointer_read_);
  pointer_read_.matrix(sparse_matrix_read_);
  sparse_matrix_read_.arithmetic(arithmetic_unit_);
  arithmetic_unit_.activations(activation_read_write_);
}

void ProcessingElement::begin_layer(const pruning::InterleavedColumns& matrix, const scnn::LayerOperands& operands,
                                    bool with_values) {
  const pruning::PeColumns& columns = matrix.pes[number_];
  queue_.begin_layer();
  pointer_read_.begin_layer(columns);
  sparse_matrix_read_.begin_layer(columns);
  arithmetic_unit_.begin_layer(matrix.codebook, operands.product_shift, with_values);
  const auto pes = static_cast<std::int64_t>(pes_);
  activation_read_write_.begin_layer((matrix.rows - static_cast<std::int64_t>(number_) + pes - 1) / pes);
}

void ProcessingElement::finish_layer(const scnn::LayerOperands& operands, std::vector<std::int64_t>& sums,
                                     std::vector<std::int16_t>& outputs) const {
  activation_read_write_.finish_layer(operands, number_, pes_, sums, outputs);
}

void ProcessingElement::add_counters(Counters& counters) const {
  pointer_read_.add_counters(counters);
  sparse_matrix_read_.add_counters(counters);
  arithmetic_unit_.add_counters(counters);
}

}  // namespace eie
