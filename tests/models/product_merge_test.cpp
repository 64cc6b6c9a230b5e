#include "models/scnn/product_merge.hpp"

#include "tests/models/bench.hpp"

namespace product_merge_test {

using scnn::test::product;
using Products = std::vector<scnn::Product>;

struct ProductMergeTest : scnn::test::Bench {
  ProductMergeTest() { merge.lanes(lanes); }

  [[nodiscard]] std::int64_t merged() const {
    scnn::Counters counters;
    merge.add_counters(counters);
    return counters.products_merged;
  }

  scnn::test::RecordingLanes lanes;
  scnn::ProductMerge merge{"product_merge", scnn::Parameters{}};
};

// Does the lowest lane carry the sum, and do the others vanish?
TEST_F(ProductMergeTest, LowestLaneCarriesTheSum) {
  merge.load(Products{product(1, 4, 2, 10), product(3, 0, 0, 1), product(5, 4, 2, -30), product(6, 4, 2, 3)});
  EXPECT_EQ(lanes.issues, (std::vector<Products>{{product(1, 4, 2, -17), product(3, 0, 0, 1)}}));
  EXPECT_EQ(merged(), 2);
}

// Are an equal entry of another bank, and another entry of the bank, addresses of their own?
TEST_F(ProductMergeTest, ComparesWholeAddresses) {
  const Products apart{product(0, 1, 2), product(1, 2, 2), product(2, 1, 3), product(3, 2, 1)};
  merge.load(apart);
  EXPECT_EQ(lanes.issues, std::vector<Products>{apart});
  EXPECT_EQ(merged(), 0);
}

// Is nothing merged with products of earlier issues?
TEST_F(ProductMergeTest, LooksAtOneIssueOnly) {
  merge.load(Products{product(0, 1, 2, 5)});
  merge.load(Products{product(0, 1, 2, 6), product(1, 1, 2, 7)});
  merge.load(Products{});
  EXPECT_EQ(lanes.issues, (std::vector<Products>{{product(0, 1, 2, 5)}, {product(0, 1, 2, 13)}, {}}));
  EXPECT_EQ(merged(), 1);
  merge.begin_pass();
  EXPECT_EQ(merged(), 0);
}

}  // namespace product_merge_test
