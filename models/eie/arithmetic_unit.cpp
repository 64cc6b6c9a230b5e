#include "models/eie/arithmetic_unit.hpp"

#include <algorithm>

#include "pruning/fixed_point.hpp"

namespace eie {

void ArithmeticUnit::begin_layer(const pruning::Codebook& codebook, int product_shift, bool with_values) {
  codebook_ = &codebook;
  product_shift_ = product_shift;
  with_values_ = with_values;
  last_row_ = 0;
  last_update_ = -1;
  placeholders_ = updates_ = bypasses_ = 0;
}

void ArithmeticUnit::multiply(std::span<const pruning::MatrixEntry> column, std::int16_t activation,
                              std::int64_t start) {
  // Rows rise within a column, so only its first entry can meet the row of the cycle before.
  const pruning::MatrixEntry& first = column.front();
  if (first.code != 0 && first.run == last_row_ && start == last_update_ + 1) ++bypasses_;

  std::size_t next_row = 0;
  std::int64_t placeholders = 0;
  if (with_values_) {
    for (const pruning::MatrixEntry& entry : column) {
      const std::size_t row = next_row + entry.run;
      next_row = row + 1;
      if (entry.code == 0) {
        ++placeholders;
      } else {
        const std::int64_t product = std::int64_t{codebook_->value_of(entry.code)} * activation;
        activations->accumulate(row, pruning::shift_round_half_up(product, product_shift_));
      }
    }
  } else {
    for (const pruning::MatrixEntry& entry : column) {
      next_row += std::size_t{1} + entry.run;
      placeholders += entry.code == 0 ? 1 : 0;
    }
  }
  // A column ends with a weight: no placeholder follows its last one.
  last_row_ = next_row - 1;
  last_update_ = start + std::ssize(column) - 1;
  placeholders_ += placeholders;
  updates_ += std::ssize(column) - placeholders;
}

void ArithmeticUnit::add_counters(Counters& counters) const {
  counters.placeholders += placeholders_;
  counters.accumulator_updates += updates_;
  counters.accumulator_bypasses += bypasses_;
}

}  // namespace eie
