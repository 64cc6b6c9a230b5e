#include "pruning/interleaved_columns.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

/// Do interleaved columns hold a matrix, and nothing else?

namespace {

using pruning::InterleavedColumns;
using pruning::MatrixEntry;
using Weights = std::vector<std::int16_t>;

InterleavedColumns encoded(const Weights& weights, std::int64_t rows, std::int64_t columns, std::int64_t pes,
                           int index_bits) {
  return pruning::interleave(weights, rows, columns, pes, index_bits, pruning::share_weights(weights, 4));
}

struct RandomMatrix {
  std::int64_t rows = *rc::gen::inRange(1, 90);
  std::int64_t columns = *rc::gen::inRange(1, 12);
  std::int64_t pes = *rc::gen::inRange(1, 8);
  int index_bits = *rc::gen::inRange(1, 5);
  Weights weights = values(static_cast<std::size_t>(rows * columns));

  static Weights values(std::size_t size) {
    const auto zeros = static_cast<std::size_t>(*rc::gen::inRange(0, 30));
    return *rc::gen::container<Weights>(
        size, rc::gen::weightedOneOf<std::int16_t>(
                  {{zeros, rc::gen::just(std::int16_t{0})}, {1, rc::gen::nonZero<std::int16_t>()}}));
  }
  [[nodiscard]] InterleavedColumns encode() const { return encoded(weights, rows, columns, pes, index_bits); }
};

RC_GTEST_PROP(InterleavedColumns, are_decoded_to_the_codes_of_all_weights, ()) {
  const RandomMatrix m;
  const InterleavedColumns matrix = m.encode();
  std::vector<std::uint8_t> expected;
  for (const std::int16_t weight : m.weights) expected.push_back(matrix.codebook.code_of(weight));
  RC_ASSERT(pruning::decode(matrix) == expected);
}

RC_GTEST_PROP(InterleavedColumns, have_an_entry_per_weight_and_no_needless_placeholder, ()) {
  const RandomMatrix m;
  const InterleavedColumns matrix = m.encode();
  const auto nonzero = std::ssize(m.weights) - std::count(m.weights.begin(), m.weights.end(), std::int16_t{0});
  RC_ASSERT(matrix.entries() - matrix.placeholders() == nonzero);
  RC_ASSERT(std::ssize(matrix.pes) == m.pes);
  const int longest = (1 << m.index_bits) - 1;
  for (const pruning::PeColumns& pe : matrix.pes) {
    RC_ASSERT(std::ssize(pe.pointers) == m.columns + 1);
    RC_ASSERT(pe.pointers.front() == 0U);
    RC_ASSERT(pe.pointers.back() == pe.entries.size());
    for (std::size_t j = 0; j + 1 < pe.pointers.size(); ++j) {
      const auto column = pe.column(j);
      for (const MatrixEntry& entry : column) {
        RC_ASSERT(entry.run <= longest);
        RC_ASSERT(entry.code != 0 || entry.run == longest);
      }
      if (!column.empty()) RC_ASSERT(column.back().code != 0);
    }
  }
}

// Two PEs; rows 0, 2, 4, ... are local rows 0, 1, 2, ... of the first. Runs of at most 3.
TEST(InterleavedColumns, BreakLongRunsByPlaceholders) {
  Weights column(26, 0);
  column[0] = 7;
  column[2 * 6] = 5;   // a run of 5 local rows: 4 for the placeholder, 1 for the entry
  column[2 * 10] = 7;  // a run of 3
  column[1 + 2 * 8] = 5;
  const InterleavedColumns matrix = encoded(column, 26, 1, 2, 2);
  EXPECT_EQ(matrix.pes[0].entries, (std::vector<MatrixEntry>{{2, 0}, {0, 3}, {1, 1}, {2, 3}}));
  EXPECT_EQ(matrix.pes[1].entries, (std::vector<MatrixEntry>{{0, 3}, {0, 3}, {1, 0}}));
  EXPECT_EQ(matrix.entries(), 7);
  EXPECT_EQ(matrix.placeholders(), 3);
}

TEST(InterleavedColumns, LeavePesWithoutRowsEmpty) {
  const InterleavedColumns matrix = encoded({1, 2}, 1, 2, 3, 4);
  EXPECT_EQ(matrix.pes[0].pointers, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(matrix.pes[2].pointers, (std::vector<std::uint32_t>{0, 0, 0}));
}

TEST(InterleavedColumns, RefuseWhatIsNoMatrix) {
  EXPECT_THROW(encoded({1, 2, 3}, 2, 2, 1, 4), std::invalid_argument);
  EXPECT_THROW(encoded({1}, 1, 1, 1, 0), std::invalid_argument);
  InterleavedColumns matrix = encoded({1, 2}, 2, 1, 1, 4);
  matrix.pes[0].entries[1].run = 1;
  EXPECT_THROW(pruning::decode(matrix), std::invalid_argument);
}

}  // namespace
