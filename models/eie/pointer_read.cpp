#include "models/eie/pointer_read.hpp"

namespace eie {

void PointerRead::begin_layer(const pruning::PeColumns& columns) {
  columns_ = &columns;
  visits_ = empty_columns_ = 0;
}

std::int64_t PointerRead::process(const Activation& activation, std::int64_t start) {
  const std::uint32_t begin = columns_->pointers[activation.column];
  const std::uint32_t end = columns_->pointers[activation.column + 1];
  ++visits_;
  if (begin == end) {
    ++empty_columns_;
    return 1;
  }
  matrix->read(begin, end, activation.value, start);
  return std::int64_t{end} - begin;
}

void PointerRead::add_counters(Counters& counters) const {
  counters.pointer_reads += 2 * visits_;
  counters.empty_columns += empty_columns_;
}

}  // namespace eie
