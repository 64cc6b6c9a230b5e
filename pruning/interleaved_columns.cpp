#include "pruning/interleaved_columns.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace pruning {

namespace {

/// A weight of one PE.
struct LocalWeight {
  std::uint32_t column = 0;
  std::uint32_t row = 0;  ///< local
  std::uint8_t code = 0;
};

/// Calls `visit(column, weight)` for the non-zero weights of a row.
template <class Visit>
void visit_nonzero(std::span<const std::int16_t> row, const Visit& visit) {
  // Most weights are zero: whole words of zeros are passed over.
  constexpr std::size_t step = sizeof(std::uint64_t) / sizeof(std::int16_t);
  std::size_t column = 0;
  while (column < row.size()) {
    const std::size_t end = std::min(column + step, row.size());
    std::uint64_t word = 1;
    if (end - column == step) std::memcpy(&word, row.data() + column, sizeof word);
    for (; word != 0 && column < end; ++column) {
      if (row[column] != 0) visit(static_cast<std::uint32_t>(column), row[column]);
    }
    column = end;
  }
}

/// Encodes what one PE has of every column.
class PeEncoder {
 public:
  PeEncoder(std::int64_t columns, int index_bits)
      : columns_(static_cast<std::size_t>(columns)), longest_run_((std::uint32_t{1} << index_bits) - 1) {}

  /// @param weights row by row
  PeColumns encode(const std::vector<LocalWeight>& weights) {
    PeColumns pe;
    pe.pointers.assign(columns_ + 1, 0);
    next_row_.assign(columns_, 0);
    for (const LocalWeight& weight : weights) pe.pointers[weight.column + 1] += place(weight).entries;
    for (std::size_t j = 0; j < columns_; ++j) pe.pointers[j + 1] += pe.pointers[j];

    pe.entries.resize(pe.pointers.back());
    next_row_.assign(columns_, 0);
    next_entry_.assign(pe.pointers.begin(), pe.pointers.end() - 1);
    for (const LocalWeight& weight : weights) {
      const Place at = place(weight);
      std::uint32_t& entry = next_entry_[weight.column];
      for (std::uint32_t i = 1; i < at.entries; ++i) {
        pe.entries[entry++] = {0, static_cast<std::uint8_t>(longest_run_)};
      }
      pe.entries[entry++] = {weight.code, static_cast<std::uint8_t>(at.run)};
    }
    return pe;
  }

 private:
  struct Place {
    std::uint32_t entries = 1;  ///< with the placeholders before it
    std::uint32_t run = 0;
  };

  /// A weight in its column, after those of lower rows.
  Place place(const LocalWeight& weight) {
    const std::uint32_t run = weight.row - next_row_[weight.column];
    next_row_[weight.column] = weight.row + 1;
    return {1 + run / (longest_run_ + 1), run % (longest_run_ + 1)};
  }

  std::size_t columns_;
  std::uint32_t longest_run_;
  std::vector<std::uint32_t> next_row_;  ///< by column, the one after its last weight
  std::vector<std::uint32_t> next_entry_;
};

}  // namespace

std::int64_t InterleavedColumns::entries() const {
  std::int64_t sum = 0;
  for (const PeColumns& pe : pes) sum += std::ssize(pe.entries);
  return sum;
}

std::int64_t InterleavedColumns::placeholders() const {
  std::int64_t sum = 0;
  for (const PeColumns& pe : pes) {
    sum +=
        std::count_if(pe.entries.begin(), pe.entries.end(), [](const MatrixEntry& entry) { return entry.code == 0; });
  }
  return sum;
}

InterleavedColumns interleave(std::span<const std::int16_t> weights, std::int64_t rows, std::int64_t columns,
                              std::int64_t pes, int index_bits, Codebook codebook) {
  if (index_bits < 1 || index_bits > 8) throw std::invalid_argument("an index has 1 to 8 bits");
  if (std::ssize(weights) != rows * columns) throw std::invalid_argument("the weights are not rows x columns");
  InterleavedColumns matrix{rows, columns, std::move(codebook), {}};
  PeEncoder encoder(columns, index_bits);
  std::vector<LocalWeight> local;
  for (std::int64_t pe = 0; pe < pes; ++pe) {
    local.clear();
    for (std::int64_t row = pe; row < rows; row += pes) {
      const auto local_row = static_cast<std::uint32_t>(row / pes);
      visit_nonzero(weights.subspan(static_cast<std::size_t>(row * columns), static_cast<std::size_t>(columns)),
                    [&](std::uint32_t column, std::int16_t weight) {
                      local.push_back({column, local_row, matrix.codebook.code_of(weight)});
                    });
    }
    matrix.pes.push_back(encoder.encode(local));
  }
  return matrix;
}

std::vector<std::uint8_t> decode(const InterleavedColumns& matrix) {
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(matrix.rows * matrix.columns), 0);
  const std::int64_t pes = std::ssize(matrix.pes);
  for (std::int64_t pe = 0; pe < pes; ++pe) {
    for (std::int64_t column = 0; column < matrix.columns; ++column) {
      std::int64_t next = 0;  // local row
      for (const MatrixEntry& entry :
           matrix.pes[static_cast<std::size_t>(pe)].column(static_cast<std::size_t>(column))) {
        const std::int64_t row = (next + entry.run) * pes + pe;
        if (row >= matrix.rows) throw std::invalid_argument("a column runs beyond the rows of its PE");
        codes[static_cast<std::size_t>(row * matrix.columns + column)] = entry.code;
        next += entry.run + 1;
      }
    }
  }
  return codes;
}

}  // namespace pruning
