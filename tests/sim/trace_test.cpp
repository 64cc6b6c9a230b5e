// Is a run that is watched the same run, is what is asked for checked first, and is the waveform written whole?

#include "sim/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"
#include "sim/simulation.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class TracedRun : public ::testing::Test {
 protected:
  TracedRun() {
    write_tiny_tensors();
    write_file("run.yaml", tiny_run());
  }

  static RunOptions traced(TraceOptions trace) {
    RunOptions options;
    options.trace = std::move(trace);
    return options;
  }
  static std::string message_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const pruning::InputError& error) {
      return error.what();
    }
    return "accepted";
  }
  static std::string message_of(const RunOptions& options) {
    return message_of([&] { read_run_file("run.yaml", options); });
  }

  WorkingDirectory directory;
};

TEST_F(TracedRun, GivesTheSameResultsInAnyNumberOfProcesses) {
  const std::string plain = results_json(simulated(tiny_run()));
  RunOptions detailed;
  detailed.detailed = true;
  EXPECT_EQ(results_json(simulated(tiny_run(), detailed)), plain);

  const RunOptions options = traced({.file = "a.vcd", .layer = "left", .pe = 3, .cycles = "5:60"});
  EXPECT_EQ(results_json(simulated(tiny_run(), options)), plain);
  const std::string waveform = read_file("a.vcd");
  for (const std::int64_t jobs : {2, 4}) {
    fs::remove("a.vcd");
    EXPECT_EQ(results_json(simulated(tiny_run(), options, jobs)), plain);
    EXPECT_EQ(read_file("a.vcd"), waveform);
  }
}

TEST_F(TracedRun, ShowsTheLayerItIsAskedFor) {
  const Results results = simulated(tiny_run(), traced({.file = "first.vcd"}));
  const std::string first = read_file("first.vcd");
  EXPECT_THAT(first, StartsWith("$comment\nlayer conv1, first image, first pass: PE 0\n"));
  EXPECT_THAT(first, HasSubstr("$timescale 1 ns $end\n"));
  EXPECT_THAT(first, HasSubstr("$scope module pe_0 $end\n"));
  EXPECT_THAT(first, HasSubstr("$enddefinitions $end\n#0\n$dumpvars\n"));

  // A layer of one pass whose input fits: its waveform is as long as the layer.
  simulated(tiny_run(), traced({.file = "right.vcd", .layer = "right", .pe = 2}));
  const std::string right = read_file("right.vcd");
  EXPECT_THAT(right, HasSubstr("$scope module pe_2 $end\n"));
  EXPECT_THAT(right, Not(HasSubstr("pe_0")));
  ASSERT_EQ(results.layers.at(2).name, "right");
  EXPECT_THAT(right, EndsWith("\n#" + std::to_string(results.layers.at(2).cycles) + "\n"));

  simulated(tiny_run() + "layers: [right, fc]\n", traced({.file = "window.vcd", .cycles = "3:9"}));
  const std::string window = read_file("window.vcd");
  EXPECT_THAT(window, StartsWith("$comment\nlayer right,"));
  EXPECT_THAT(window, HasSubstr("$enddefinitions $end\n#3\n$dumpvars\n"));
  EXPECT_THAT(window, EndsWith("\n#9\n"));
}

TEST_F(TracedRun, IsRefusedBeforeItStarts) {
  EXPECT_EQ(message_of(traced({.file = "a.vcd"})), "accepted");
  EXPECT_EQ(message_of(traced({.file = ""})), "--trace: must be the path of a file, got ''");
  EXPECT_EQ(message_of(traced({.file = "there/"})), "--trace: must be the path of a file, got 'there/'");
  EXPECT_THAT(message_of(traced({.file = "a.vcd", .layer = "conv11"})), HasSubstr("did you mean 'conv1'?"));
  RunOptions some = traced({.file = "a.vcd", .layer = "left"});
  some.layers = {"conv1", "fc"};
  EXPECT_EQ(message_of(some), "--trace-layer: layer left is not simulated; layers that are: conv1, fc");
  EXPECT_THAT(message_of(traced({.file = "a.vcd", .layer = "pool"})), HasSubstr("layer pool is not simulated"));
  for (const std::int64_t pe : {-1, 4}) {
    EXPECT_EQ(message_of(traced({.file = "a.vcd", .pe = pe})),
              "--trace-pe: must be from 0 to 3, got " + std::to_string(pe));
  }
  for (const std::string cycles : {"", ":", "5", "5:", ":5", "5:5", "9:5", "-1:5", "0:1000001", "0:5:6", "0x1:5", "a:b",
                                   " 0:5", "0:99999999999999999999"}) {
    EXPECT_EQ(
        message_of(traced({.file = "a.vcd", .cycles = cycles})),
        "--trace-cycles: must be FROM:TO, at least one and at most 1000000 cycles from 0 on, got '" + cycles + "'");
  }
  EXPECT_EQ(message_of(traced({.file = "a.vcd", .cycles = "7000000:8000000"})), "accepted");
}

TEST_F(TracedRun, NeedsAFileThatCanBeWritten) {
  const auto message = [](const fs::path& file, const fs::path& output) {
    return message_of([&] { check_trace_file({.file = file}, output); });
  };
  EXPECT_EQ(message("a.vcd", "out/tiny"), "accepted");
  EXPECT_EQ(message("run.yaml", "out/tiny"), "accepted");
  EXPECT_EQ(message("nowhere/a.vcd", "out/tiny"), "nowhere/a.vcd: cannot be written: No such file or directory");
  EXPECT_EQ(message("run.yaml/a.vcd", "out/tiny"), "run.yaml/a.vcd: cannot be written: Not a directory");
  EXPECT_EQ(message("/dev/null", "out/tiny"), "/dev/null: cannot be written: it is no regular file");
  fs::create_directories("out/tiny/inputs");
  EXPECT_EQ(message("out", "out/tiny"), "out: cannot be written: it is a directory");
  EXPECT_EQ(message("out/a.vcd", "out/tiny"), "accepted");
  for (const fs::path output : {"out/tiny", "out/tiny/", "./out/../out/tiny"}) {
    for (const fs::path file : {"out/tiny/a.vcd", "out/tiny/inputs/a.vcd", "out/tiny/../tiny/a.vcd"}) {
      EXPECT_THAT(message(file, output), HasSubstr("--trace: must not be in the result directory")) << output << file;
    }
  }
  EXPECT_FALSE(fs::exists("a.vcd"));  // looking leaves nothing behind
}

// A window that turns out to lie behind the pass, and a file that cannot be written in the end: one line either way,
// wherever the layer ran, and no file.
TEST_F(TracedRun, IsRefusedWhenNothingCanBeWritten) {
  for (const std::int64_t jobs : {1, 3}) {
    EXPECT_THAT(
        message_of([&] { simulated(tiny_run(), traced({.file = "a.vcd", .cycles = "500000:500010"}), jobs); }),
        HasSubstr("--trace-cycles: must begin before the first pass of layer conv1 ends; it begins in cycle 500000"));
    EXPECT_FALSE(fs::exists("a.vcd"));
    EXPECT_EQ(message_of([&] { simulated(tiny_run(), traced({.file = "nowhere/a.vcd"}), jobs); }),
              "nowhere/a.vcd: cannot be written: No such file or directory");
  }
}

}  // namespace
}  // namespace sim::test
