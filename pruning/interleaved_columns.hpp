#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pruning/weight_sharing.hpp"

namespace pruning {

/// An entry of EIE's sparse matrix.
struct MatrixEntry {
  std::uint8_t code = 0;  ///< of a shared weight; 0: a placeholder
  std::uint8_t run = 0;   ///< local rows without a weight since the previous entry of the column, or its start

  bool operator==(const MatrixEntry&) const = default;
};

/// What one PE stores of a matrix: its part of every column, without gaps.
struct PeColumns {
  std::vector<MatrixEntry> entries;
  std::vector<std::uint32_t> pointers;  ///< first entry of every column, and the end of the last

  bool operator==(const PeColumns&) const = default;
  [[nodiscard]] std::span<const MatrixEntry> column(std::size_t j) const {
    return std::span(entries).subspan(pointers[j], pointers[j + 1] - pointers[j]);
  }
};

/// A sparse matrix in the format of EIE (Han et al., ISCA 2016, section 3): row i lies in PE i mod pes, as its local
/// row i / pes, and each PE stores its part of the matrix column by column, with relative row indices. A run too long
/// for the index is broken by placeholders, entries of code 0 that have the longest run and stand for one row more.
struct InterleavedColumns {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  Codebook codebook;
  std::vector<PeColumns> pes;

  [[nodiscard]] std::int64_t entries() const;
  [[nodiscard]] std::int64_t placeholders() const;
};

/// Stores an entry for every weight that is not zero, whatever its shared value.
/// @param weights (rows, columns) @param index_bits of a run, 1 to 8
InterleavedColumns interleave(std::span<const std::int16_t> weights, std::int64_t rows, std::int64_t columns,
                              std::int64_t pes, int index_bits, Codebook codebook);

/// The codes of all weights, (rows, columns), 0 where there is none.
/// @throws std::invalid_argument if a column runs beyond its rows
std::vector<std::uint8_t> decode(const InterleavedColumns& matrix);

}  // namespace pruning
