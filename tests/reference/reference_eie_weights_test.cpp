#include "tests/reference/reference_eie_weights.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace reference_eie_weights_test {

using reference::EieColumns;
using reference::EieEntry;
using reference::encode_columns;
using reference::share_weights;

// How are columns stored, and which runs need placeholders?
TEST(ReferenceEieWeights, Columns) {
  // PE 0 has the even rows: local rows 0 and 5 of column 0, 3 of column 1. PE 1 has local row 1 of column 1.
  std::vector<std::uint16_t> codes(24, 0);
  codes[0] = 1;
  codes[10 * 2] = 2;
  codes[6 * 2 + 1] = 3;
  codes[3 * 2 + 1] = 4;
  const auto columns_of = [&](std::int64_t pe, std::int64_t index_bits) {
    return encode_columns(codes, 12, 2, pe, 2, index_bits);
  };
  EieColumns columns = columns_of(0, 1);
  EXPECT_EQ(columns.entries, (std::vector<EieEntry>{{1, 0}, {0, 1}, {0, 1}, {2, 0}, {0, 1}, {3, 1}}));
  EXPECT_EQ(columns.pointers, (std::vector<std::int64_t>{0, 4, 6}));
  columns = columns_of(1, 1);
  EXPECT_EQ(columns.entries, (std::vector<EieEntry>{{4, 1}}));
  EXPECT_EQ(columns.pointers, (std::vector<std::int64_t>{0, 0, 1}));
  columns = columns_of(0, 2);
  EXPECT_EQ(columns.entries, (std::vector<EieEntry>{{1, 0}, {0, 3}, {2, 0}, {3, 3}}));
  columns = columns_of(1, 0);
  EXPECT_EQ(columns.entries, (std::vector<EieEntry>{{0, 0}, {4, 0}}));
}

// Which values do weights share?
TEST(ReferenceEieWeights, Sharing) {
  const auto table_of = [](const std::vector<std::int16_t>& weights) { return share_weights(weights, 2).table; };
  using Table = std::vector<std::int16_t>;
  EXPECT_EQ(table_of({5, 0, -3, 5, 9}), (Table{0, -3, 5, 9}));  // no more than three
  EXPECT_EQ(table_of({0, 0}), Table{0});
  // From 1, 10.5, 20: {1, 2, 4}, {10}, {20}.
  EXPECT_EQ(table_of({20, 4, 2, 10, 0, 1}), (Table{0, 2, 10, 20}));
  // From 1, 11, 21: 6 is as near to 1 as to 11, and joins the lower; 3.5 is rounded away from zero.
  EXPECT_EQ(table_of({1, 6, 11, 21}), (Table{0, 4, 11, 21}));
  EXPECT_EQ(table_of({1, 1, 1, 6, 11, 21}), (Table{0, 2, 11, 21}));  // 9/4
  // From 1, 11, 21: {1, 1, 1, 1, 5}, {7, 9}, {21}; from 9/5, 8, 21: 5 is nearer to 8.
  EXPECT_EQ(table_of({1, 1, 1, 1, 5, 7, 9, 21}), (Table{0, 1, 7, 21}));
  // From -21, -11, -1: -6 joins -11.
  EXPECT_EQ(table_of({-1, -6, -11, -21}), (Table{0, -21, -9, -1}));
  // From 1, 50.5, 100: no weight is near the second.
  EXPECT_EQ(table_of({1, 2, 3, 100}), (Table{0, 2, 51, 100}));
  // The mean of all, from wherever it began.
  EXPECT_EQ(share_weights({1, 2, 9}, 1).table, (Table{0, 4}));
  // From 2, 5.5, 9: {2, 3}, {4, 6, 6}, {9}, means 5/2, 16/3, 9. Were they rounded in between, 4 would join 3.
  const auto shared = share_weights({9, 6, 6, 4, 0, 3, 2}, 2);
  EXPECT_EQ(shared.table, (Table{0, 3, 5, 9}));
  EXPECT_EQ(shared.codes, (std::vector<std::uint16_t>{3, 2, 2, 2, 0, 1, 1}));
}

}  // namespace reference_eie_weights_test
