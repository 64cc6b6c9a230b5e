#include "models/eie/sparse_matrix_read.hpp"

namespace eie {

SparseMatrixRead::SparseMatrixRead(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), entries_per_word_(parameters.entries_per_word) {}

void SparseMatrixRead::begin_layer(const pruning::PeColumns& columns) {
  columns_ = &columns;
  last_word_ = -1;
  entries_ = word_reads_ = 0;
}

void SparseMatrixRead::read(std::uint32_t begin, std::uint32_t end, std::int16_t activation, std::int64_t start) {
  const std::int64_t first = begin / entries_per_word_;
  const std::int64_t last = (std::int64_t{end} - 1) / entries_per_word_;
  word_reads_ += last - first + (first == last_word_ ? 0 : 1);
  last_word_ = last;
  entries_ += std::int64_t{end} - begin;
  arithmetic->multiply(std::span(columns_->entries).subspan(begin, end - begin), activation, start);
}

void SparseMatrixRead::add_counters(Counters& counters) const {
  counters.entries += entries_;
  counters.spmat_word_reads += word_reads_;
}

}  // namespace eie
