#pragma once

#include <cstdint>
#include <vector>

/// Weights as EIE stores them: codes into a table of shared weights, column by column, with zero runs.
namespace reference {

struct SharedWeights {
  std::vector<std::int16_t> table;   ///< by code; code 0 is zero and stands for no weight
  std::vector<std::uint16_t> codes;  ///< in the order of the weights
};

/// Shares the non-zero `weights` of a layer by k-means, or exactly where they are of few enough values. Centroids are
/// fractions, so nothing is rounded before the end; weights keep the cluster of the last round.
/// @throws std::invalid_argument if there are too many weights for 64-bit fractions
SharedWeights share_weights(const std::vector<std::int16_t>& weights, std::int64_t weight_bits);

struct EieEntry {
  std::uint16_t code = 0;  ///< 0: a placeholder
  std::int64_t run = 0;    ///< local rows without a weight since the previous entry of the column
  bool operator==(const EieEntry&) const = default;
};

/// The columns of one PE: those of column `j` are `entries[pointers[j]]` to `entries[pointers[j + 1] - 1]`.
struct EieColumns {
  std::vector<EieEntry> entries;
  std::vector<std::int64_t> pointers;  ///< one more than columns
};

/// The part of PE `pe` in a matrix of `rows` by `columns` codes, row-major.
EieColumns encode_columns(const std::vector<std::uint16_t>& codes, std::int64_t rows, std::int64_t columns,
                          std::int64_t pe, std::int64_t pes, std::int64_t index_bits);

}  // namespace reference
