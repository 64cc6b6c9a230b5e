#include "models/scnn/halo_exchange.hpp"

#include <array>
#include <map>
#include <memory>
#include <numeric>
#include <tuple>

#include "tests/models/bench.hpp"

namespace halo_exchange_test {

using scnn::HaloExchange;
using scnn::OutputGroup;
using scnn::Parameters;
using scnn::Pass;
using scnn::Window;

/// Accumulators in which address a holds 1000 PE + a.
struct NumberedSums : scnn::PartialSumInterface {
  explicit NumberedSums(std::int64_t pe_) : pe(pe_) {}
  void read_partial_sums(std::span<std::int64_t> sums) const override {
    std::iota(sums.begin(), sums.end(), 1000 * pe);
  }
  std::int64_t pe;
};

/// Keeps what arrives for each output.
struct RecordingPpu : scnn::PostProcessingInterface {
  void accumulate(int k, int row, int column, std::span<const std::int64_t> partial_sums) override {
    for (const std::int64_t partial_sum : partial_sums) arrived[{k, row, column++}].push_back(partial_sum);
  }
  std::int64_t finish_group(const OutputGroup& /*group*/) override { return 0; }
  std::map<std::tuple<int, int, int>, std::vector<std::int64_t>> arrived;
};

/// Four PEs, two by two, on outputs of 4 x 4: each owns a quarter.
struct HaloExchangeTest : scnn::test::Bench {
  HaloExchangeTest() {
    for (std::int64_t pe = 0; pe < 4; ++pe) {
      halo.accumulators(*sums.emplace_back(std::make_unique<NumberedSums>(pe)));
      halo.post_processing(*ppus.emplace_back(std::make_unique<RecordingPpu>()));
    }
  }

  static Parameters machine() {
    Parameters parameters;
    parameters.rows = parameters.columns = 2;
    parameters.halo_values = 2;
    parameters.ppu_values = 3;
    return parameters;
  }
  static Pass pass_of(const std::array<Window, 4>& accumulators, int offset = 0) {
    Pass pass;
    pass.outputs = {{offset, offset + 4}, {offset, offset + 4}};
    for (int pe = 0; pe < 4; ++pe) {
      const int row = offset + 2 * (pe / 2);
      const int column = offset + 2 * (pe % 2);
      pass.tiles.push_back({{}, accumulators[static_cast<std::size_t>(pe)], {{row, row + 2}, {column, column + 2}}});
    }
    return pass;
  }

  std::vector<std::unique_ptr<NumberedSums>> sums;
  std::vector<std::unique_ptr<RecordingPpu>> ppus;
  HaloExchange halo{"halo_exchange", machine()};
};

/// A 3x3 filter: each PE reaches one output row and column beyond its own.
const std::array<Window, 4> overlapping{Window{{0, 3}, {0, 3}}, Window{{0, 3}, {1, 4}}, Window{{1, 4}, {0, 3}},
                                        Window{{1, 4}, {1, 4}}};

// Each PE reaches 9 outputs, owns 4, sends 5 and gets 5, for each output channel.
TEST_F(HaloExchangeTest, CountsTheFringes) {
  const Pass pass = pass_of(overlapping);
  halo.begin_pass(pass);
  EXPECT_EQ(halo.halo_values(), 20);
  EXPECT_EQ(halo.ppu_values(), 16);
  // ceil(5 channels / 2) + ceil(4 channels / 3)
  EXPECT_EQ(halo.drain_cycles(1), 3 + 2);
  EXPECT_EQ(halo.drain_cycles(2), 5 + 3);
  EXPECT_EQ(halo.drain_cycles(3), 8 + 4);
}

// Does what one PE has to send decide, or what it gets, whichever is more?
TEST_F(HaloExchangeTest, DrainsAtThePaceOfTheBusiestPe) {
  // One PE holds all sums: it sends 12, the others get 4 each.
  const Window nothing{{0, 0}, {0, 0}};
  Pass pass = pass_of({Window{{0, 4}, {0, 4}}, nothing, nothing, nothing});
  halo.begin_pass(pass);
  EXPECT_EQ(halo.drain_cycles(1), 6 + 2);
  EXPECT_EQ(halo.halo_values(), 12);
  // Every PE holds sums of the first one's outputs: it gets 12, the others send 4 each.
  const Window first{{0, 2}, {0, 2}};
  pass = pass_of({first, first, first, first});
  halo.begin_pass(pass);
  EXPECT_EQ(halo.drain_cycles(1), 6 + 2);
  EXPECT_EQ(halo.halo_values(), 12);
  // Without halos only post-processing takes time.
  pass = pass_of({pass.tiles[0].owned, pass.tiles[1].owned, pass.tiles[2].owned, pass.tiles[3].owned});
  halo.begin_pass(pass);
  EXPECT_EQ(halo.drain_cycles(1), 2);
  EXPECT_EQ(halo.halo_values(), 0);
}

// Does every partial sum of the group reach the owner of its output, and no other?
TEST_F(HaloExchangeTest, MovesSumsToTheirOwners) {
  for (const int offset : {0, 7}) {  // a pass may begin anywhere in the plane
    std::array<Window, 4> tiles = overlapping;
    for (Window& w : tiles) {
      w = {{w.rows.begin + offset, w.rows.end + offset}, {w.columns.begin + offset, w.columns.end + offset}};
    }
    for (auto& ppu : ppus) ppu->arrived.clear();
    const Pass pass = pass_of(tiles, offset);
    halo.begin_pass(pass);
    EXPECT_EQ(halo.move({{5, 7}, {0, 1}}), 40);  // two channels

    for (std::size_t owner = 0; owner < 4; ++owner) {
      decltype(RecordingPpu::arrived) expected;
      const Window& owned = pass.tiles[owner].owned;
      for (int k = 5; k < 7; ++k) {
        for (std::size_t pe = 0; pe < 4; ++pe) {
          const Window& tile = tiles[pe];
          for (int row = owned.rows.begin; row < owned.rows.end; ++row) {
            for (int column = owned.columns.begin; column < owned.columns.end; ++column) {
              if (!tile.contains(row, column)) continue;
              const int address = (k - 5) * 9 + (row - tile.rows.begin) * 3 + column - tile.columns.begin;
              expected[{k, row, column}].push_back(1000 * static_cast<std::int64_t>(pe) + address);
            }
          }
        }
      }
      EXPECT_EQ(ppus[owner]->arrived, expected) << owner;
    }
  }
}

}  // namespace halo_exchange_test
