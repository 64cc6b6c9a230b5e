// Is what blocks say of their signals written as a value change dump should be?

#include "models/scnn/waveform.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/vcd.hpp"
#include "tests/support/vcd_text.hpp"

namespace waveform_test {

using scnn::Waveform;
using support::vcd_text;
using Numbers = std::map<std::int64_t, std::string>;

TEST(Waveform, IsTextWithDeclarationsAndChanges) {
  Waveform waveform({0, 100});
  const auto count = waveform.number("array.count", 0);
  const auto state = waveform.word("array.pe_0.state");
  const auto retires = waveform.flag("array.pe_0.banks.retires");
  const auto entry = waveform.number("array.pe_0.banks.entry");
  const auto waiting = waveform.level("array.pe_1.waiting");
  waveform.at(0).set(state, "issue");
  waveform.at(2).set(state, "flush");
  waveform.set(count, 5);
  waveform.pulse(retires, 1);
  waveform.pulse(entry, 9);
  waveform.at(3).set(count, 5);
  waveform.pulse(entry, 0);
  waveform.at(4).add(waiting, -2);
  waveform.at(1).add(waiting, 3);
  waveform.at(6).end();
  EXPECT_EQ(vcd_text(waveform, "what it is", 1.0),
            "$comment\nwhat it is\n$end\n"
            "$timescale 1 ns $end\n"
            "$scope module array $end\n"
            "$var integer 64 ! count $end\n"
            "$scope module pe_0 $end\n"
            "$var string 1 \" state $end\n"
            "$scope module banks $end\n"
            "$var wire 1 # retires $end\n"
            "$var integer 64 $ entry $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$scope module pe_1 $end\n"
            "$var integer 64 % waiting $end\n"
            "$upscope $end\n"
            "$upscope $end\n"
            "$enddefinitions $end\n"
            "#0\n$dumpvars\nb0 !\nsissue \"\n0#\nbz $\nb0 %\n$end\n"
            "#1\nb11 %\n"
            "#2\nb101 !\nsflush \"\n1#\nb1001 $\n"
            "#3\n0#\nb0 $\n"
            "#4\nbz $\nb1 %\n"
            "#6\n");
}

// A signal that is set again for a cycle, or for an earlier one, loses what it was to become.
TEST(Waveform, KeepsTheLastWord) {
  Waveform waveform({0, 10});
  const auto number = waveform.number("a.n");
  const auto flag = waveform.flag("a.f");
  waveform.at(2).set(number, 7);
  waveform.at(5).set(number, 8);
  waveform.at(4).set(number, 9);
  waveform.set(number, 7);
  for (const std::int64_t cycle : {3, 4, 7}) waveform.at(cycle).pulse(flag, 1);
  waveform.at(10).end();
  const support::Vcd vcd = support::read_vcd(vcd_text(waveform, "", 1.0));
  EXPECT_EQ(vcd["a.n"].changes, (Numbers{{0, "z"}, {2, "111"}}));
  EXPECT_EQ(vcd["a.f"].changes, (Numbers{{0, "0"}, {3, "1"}, {5, "0"}, {7, "1"}, {8, "0"}}));
}

// Changes before the window show in its first values, those after it nowhere; it ends with the pass at the latest.
TEST(Waveform, ShowsItsWindowOnly) {
  for (const auto& [to, pass_end, end] : std::vector<std::array<std::int64_t, 3>>{{30, 50, 30}, {30, 25, 25}}) {
    Waveform waveform({20, to});
    const auto number = waveform.number("a.n");
    const auto level = waveform.level("a.l");
    const auto flag = waveform.flag("a.f");
    for (const std::int64_t cycle : {5, 12, 20, 24, 29, 30, 40}) {
      waveform.at(cycle).set(number, cycle);
      waveform.add(level, 1);
      waveform.pulse(flag, 1);
    }
    EXPECT_FALSE(waveform.empty());
    waveform.at(pass_end).end();
    EXPECT_FALSE(waveform.empty());
    const support::Vcd vcd = support::read_vcd(vcd_text(waveform, "", 1.0));
    EXPECT_EQ(vcd.begin, 20);
    EXPECT_EQ(vcd.end, end);
    Numbers numbers{{20, "10100"}, {24, "11000"}};
    Numbers levels{{20, "11"}, {24, "100"}};
    Numbers flags{{20, "1"}, {21, "0"}, {24, "1"}};
    if (end == 30) {
      numbers[29] = "11101";
      levels[29] = "101";
      flags[25] = "0";
      flags[29] = "1";
    }
    EXPECT_EQ(vcd["a.n"].changes, numbers);
    EXPECT_EQ(vcd["a.l"].changes, levels);
    EXPECT_EQ(vcd["a.f"].changes, flags);
  }
  Waveform late({20, 30});
  late.at(20).end();
  EXPECT_TRUE(late.empty());
}

// Is a cycle as long as the clock says, in the coarsest unit that is exact?
TEST(Waveform, IsTimedByTheClock) {
  struct Expected {
    double clock_ghz;
    std::string timescale;
    std::int64_t three_cycles;
  };
  for (const auto& [clock_ghz, timescale, three_cycles] : std::vector<Expected>{{1, "1 ns", 3},
                                                                                {0.1, "10 ns", 3},
                                                                                {0.001, "1 us", 3},
                                                                                {2, "100 ps", 15},
                                                                                {0.8, "10 ps", 375},
                                                                                {1000, "1 ps", 3},
                                                                                {1.5, "1 fs", 2'000'000},
                                                                                {0.7, "1 fs", 4'285'714}}) {
    Waveform waveform({0, 3});
    waveform.flag("a.f");
    waveform.at(3).end();
    const support::Vcd vcd = support::read_vcd(vcd_text(waveform, "", clock_ghz));
    EXPECT_EQ(vcd.timescale, timescale) << clock_ghz;
    EXPECT_EQ(vcd.end, three_cycles) << clock_ghz;
  }
}

// Are numbers of cycles exact where others would not fit, and is a repeated one no change?
TEST(Waveform, ShowsLateCycles) {
  constexpr std::int64_t late = 5'000'000'000;
  Waveform waveform({late, late + 10});
  const auto one = waveform.cycle("a.one");
  const auto other = waveform.cycle("a.other");
  waveform.at(3).set(one, 4);
  waveform.at(late).set(one, late + 7);
  waveform.set(other, 4'294'967'295);
  waveform.at(late + 2).set(one, late + 7);
  waveform.at(late + 3).set(other, Waveform::nothing);
  waveform.at(late + 10).end();
  const support::Vcd vcd = support::read_vcd(vcd_text(waveform, "", 1.0));
  EXPECT_EQ(vcd["a.one"].changes.size(), 1U);
  EXPECT_EQ(vcd["a.one"].number(late), late + 7);
  EXPECT_EQ(vcd["a.other"].number(late + 2), 4'294'967'295);
  EXPECT_FALSE(vcd["a.other"].is_there(late + 3));
}

// Does every one of many signals have a code of its own? (The reader of the test says so.)
TEST(Waveform, TellsManySignalsApart) {
  Waveform waveform({0, 1});
  std::vector<Waveform::Signal> signals;
  for (int i = 0; i < 10'000; ++i) signals.push_back(waveform.number("a.n_" + std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) waveform.at(0).set(signals[static_cast<std::size_t>(i)], i);
  waveform.at(1).end();
  const support::Vcd vcd = support::read_vcd(vcd_text(waveform, "", 1.0));
  ASSERT_EQ(vcd.signals.size(), 10'000U);
  for (int i = 0; i < 10'000; ++i) EXPECT_EQ(vcd["a.n_" + std::to_string(i)].number(0), i);
}

}  // namespace waveform_test
