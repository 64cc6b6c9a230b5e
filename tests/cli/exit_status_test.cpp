// Does the program end with 0 for success, 2 for a bad command line or bad input and 1 for anything else, and does it
// write something only on success?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "tests/cli/program.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"
#include "tests/support/full_disk.hpp"

namespace cli::test {
namespace {

namespace fs = std::filesystem;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class ExitStatus : public ::testing::Test {
 protected:
  ExitStatus() {
    sim::test::write_tiny_tensors();
    sim::test::write_file("run.yaml", sim::test::tiny_run());
  }

  /// Ends with 2, one line on stderr, nothing on stdout, and leaves no trace.
  void expect_refused(const std::vector<std::string>& arguments, const std::string& reason) {
    const auto before = contents_of(".");
    const Finished finished = scnn_sim(arguments);
    SCOPED_TRACE(::testing::PrintToString(arguments));
    EXPECT_EQ(finished.status, 2);
    EXPECT_THAT(finished.out, IsEmpty());
    EXPECT_THAT(finished.err, HasSubstr(reason));
    EXPECT_EQ(std::count(finished.err.begin(), finished.err.end(), '\n'), 1) << finished.err;
    EXPECT_EQ(contents_of("."), before);
  }

  sim::test::WorkingDirectory directory;
};

TEST_F(ExitStatus, IsZeroForGoodRuns) {
  const Finished finished = scnn_sim({"run", "run.yaml"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.err, HasSubstr("simulated 4 of 4: fc"));  // progress does not mix with the tables
  EXPECT_THAT(finished.out, Not(HasSubstr("simulated")));
  EXPECT_THAT(finished.out, HasSubstr("conv1"));
  EXPECT_THAT(finished.out, HasSubstr("\nResults: out/tiny\n"));
  EXPECT_TRUE(fs::exists("out/tiny/results.json"));
}

TEST_F(ExitStatus, IsZeroForTheOtherCommands) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"},
        {"--version"},
        {"run", "--help"},
        {"prune", "--help"},
        {"inspect", "--help"},
        {"profile", "--help"},
        {"profile", "run.yaml", "-o", "profile.csv"},
        {"parameters", "--help"},
        {"parameters"},
        {"inspect", "weights.h5"},
        {"inspect", "images.h5"},
        {"prune", "weights.h5", "--granularity", "kernel", "--density", "0.5", "-o", "pruned.h5"}}) {
    const Finished finished = scnn_sim(arguments);
    SCOPED_TRACE(::testing::PrintToString(arguments));
    EXPECT_EQ(finished.status, 0);
    EXPECT_THAT(finished.out, Not(IsEmpty()));
    EXPECT_THAT(finished.err, IsEmpty());
  }
  EXPECT_TRUE(fs::exists("pruned.h5"));
}

TEST_F(ExitStatus, IsTwoForABadCommandLine) {
  expect_refused({"rum", "run.yaml"}, "did you mean 'run'?");
  expect_refused({"run"}, "usage: scnn-sim run");
  expect_refused({"run", "run.yaml", "again.yaml"}, "usage: scnn-sim run");
  expect_refused({"run", "run.yaml", "--job", "2"}, "--job");
  expect_refused({"run", "run.yaml", "--jobs", "0"}, "--jobs");
  expect_refused({"run", "run.yaml", "--jobs", "two"}, "--jobs");
  expect_refused({"run", "run.yaml", "--layers", ","}, "--layers");
  expect_refused({"run", "run.yaml", "--trace"}, "--trace");
  expect_refused({"run", "run.yaml", "--trace-layer", "conv1"}, "--trace-layer goes with --trace FILE.vcd");
  expect_refused({"run", "run.yaml", "--trace-pe", "1"}, "--trace-pe goes with --trace FILE.vcd");
  expect_refused({"run", "run.yaml", "--trace-cycles", "0:5"}, "--trace-cycles goes with --trace FILE.vcd");
  expect_refused({"run", "run.yaml", "--trace", "a.vcd", "--trace-layer", "conv2"}, "did you mean 'conv1'?");
  expect_refused({"run", "run.yaml", "--trace", "a.vcd", "--trace-pe", "4"}, "must be from 0 to 3");
  expect_refused({"run", "run.yaml", "--trace", "a.vcd", "--trace-pe", "one"}, "--trace-pe");
  expect_refused({"run", "run.yaml", "--trace", "a.vcd", "--trace-cycles", "5"}, "must be FROM:TO");
  expect_refused({"run", "run.yaml", "--layers", "conv2"}, "did you mean 'conv1'?");
  expect_refused({"run", "run.yaml", "--set", "accelerator.pe.row=4"}, "did you mean 'rows'?");
  expect_refused({"prune", "weights.h5", "--density", "0.5", "-o", "out.h5"}, "--granularity");
  expect_refused({"prune", "weights.h5", "--granularity", "row", "--density", "0.5", "-o", "out.h5"}, "--granularity");
  expect_refused({"profile", "run.yaml"}, "--output");
  expect_refused({"profile", "run.yaml", "-o", "a.csv", "--layers", ","}, "--layers");
  expect_refused({"inspect"}, "usage: scnn-sim inspect");
  expect_refused({"parameters", "pe.rows"}, "usage: scnn-sim parameters");
  const Finished nothing = scnn_sim({});
  EXPECT_EQ(nothing.status, 2);
  EXPECT_THAT(nothing.err, StartsWith("usage: scnn-sim COMMAND"));
}

TEST_F(ExitStatus, IsTwoForBadInput) {
  sim::test::write_file("misspelt.yaml", sim::test::tiny_run() + "prunning: {granularity: fine, density: 0.5}\n");
  expect_refused({"run", "misspelt.yaml"}, "did you mean 'pruning'?");
  expect_refused({"run", "nowhere.yaml"}, "nowhere.yaml");
  expect_refused({"profile", "nowhere.yaml", "-o", "a.csv"}, "nowhere.yaml");
  expect_refused({"profile", "run.yaml", "-o", "nowhere/a.csv"}, "nowhere");
  expect_refused({"inspect", "nowhere.h5"}, "nowhere.h5");
  expect_refused({"inspect", "run.yaml"}, "run.yaml");
  expect_refused({"run", "run.yaml", "--set", "weights.file=nowhere.h5"}, "nowhere.h5");
  expect_refused({"run", "run.yaml", "--set", "weights.file=run.yaml"}, "run.yaml");
  expect_refused({"run", "run.yaml", "--set", "activations.images=[7]"}, "image 7");
  // Layers that were checked against each other and do not match, and a machine that is too small.
  expect_refused({"run", "run.yaml", "--set", "network.input.channels=3"}, "conv1");
  expect_refused({"run", "run.yaml", "--set", "accelerator.pe.accumulators.banks=1", "--set",
                  "accelerator.pe.accumulators.entries=1"},
                 "does not fit");
}

TEST_F(ExitStatus, IsTwoForAnOutputThatIsInTheWay) {
  EXPECT_EQ(scnn_sim({"run", "run.yaml"}).status, 0);
  expect_refused({"run", "run.yaml"}, "--overwrite");
  sim::test::write_file("mine/notes.txt", "keep");
  expect_refused({"run", "run.yaml", "--output", "mine"}, "not empty");
  expect_refused({"run", "run.yaml", "--output", "mine", "--overwrite"}, "not empty");
  expect_refused({"run", "run.yaml", "--output", "run.yaml"}, "is a file");
  expect_refused({"run", "run.yaml", "--output", "run.yaml/below"}, "not a directory");
  expect_refused({"run", "run.yaml", "--output", "other", "--trace", "run.yaml/a.vcd"}, "Not a directory");
  expect_refused({"run", "run.yaml", "--overwrite", "--trace", "out/tiny/a.vcd"},
                 "must not be in the result directory");

  const Finished replaced = scnn_sim({"run", "run.yaml", "--overwrite", "--layers", "fc"});
  EXPECT_EQ(replaced.status, 0) << replaced.err;
  EXPECT_THAT(sim::test::read_file("out/tiny/layers.csv"), Not(HasSubstr("conv1")));
}

// An existing empty directory is as good as none.
TEST_F(ExitStatus, IsZeroForAnEmptyOutput) {
  fs::create_directories("empty");
  EXPECT_EQ(scnn_sim({"run", "run.yaml", "--output", "empty/"}).status, 0);
  EXPECT_TRUE(fs::exists("empty/results.json"));
}

// With --quiet, only the result directory tells of a run.
TEST_F(ExitStatus, IsAllThatAQuietRunSays) {
  const Finished finished = scnn_sim({"run", "run.yaml", "--quiet"});
  EXPECT_EQ(finished.status, 0);
  EXPECT_THAT(finished.out, IsEmpty());
  EXPECT_THAT(finished.err, IsEmpty());
  EXPECT_TRUE(fs::exists("out/tiny/results.json"));
}

// A full disk, or a standard output that takes nothing, is neither success nor bad input.
TEST_F(ExitStatus, IsOneForAnythingElse) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"parameters"}, {"run", "run.yaml"}}) {
    const Finished finished = scnn_sim_into("/dev/full", arguments);
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.err, EndsWith("scnn-sim: standard output cannot be written\n"));
  }
  const support::FullDisk full(1000);
  const Finished finished = scnn_sim({"run", "run.yaml", "--output", "other"});
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err, EndsWith(": cannot be written: File too large\n"));
}

}  // namespace
}  // namespace cli::test
