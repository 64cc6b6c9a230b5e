// Do the tables say what the results hold, readably? The texts stand in golden/.

#include "sim/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "pruning/input_error.hpp"
#include "sim/comparison.hpp"
#include "sim/results_json.hpp"
#include "sim/text.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

std::size_t longest_line(const std::string& text) {
  std::istringstream stream(text);
  std::size_t longest = 0;
  for (std::string line; std::getline(stream, line);) longest = std::max(longest, line.size());
  return longest;
}

TEST(Report, OfASmallRun) {
  const std::string text = report(example_results());
  EXPECT_LE(longest_line(text), 120U);
  expect_golden(text, "tests/sim/golden/report.txt");
}

TEST(Report, OfATimedRunSaysThatNothingWasComputed) {
  Results results = example_results();
  for (LayerResult& layer : results.layers) layer.check = {};
  results.classification.reset();
  add_up(results);
  const std::string text = report(results);
  EXPECT_NE(text.find("Outputs: not computed, only timed\n"), std::string::npos);
  EXPECT_EQ(text.find("Classification"), std::string::npos);
}

TEST(Report, OfARunWithoutWorkDividesByNothing) {
  Results results = example_results();
  results.layers = {LayerResult{}};
  results.layers[0].name = "idle";
  add_up(results);
  const std::string text = report(results);
  EXPECT_EQ(text.find("nan"), std::string::npos);
  EXPECT_EQ(text.find("inf"), std::string::npos);
}

/// A run's directory with the results that `change` makes of the example.
template <class Change>
LoadedRun run_in(const std::string& name, const Change& change) {
  Results results = example_results();
  change(results);
  write_file(name + "/results.json", results_json(results));
  return load_runs(name).front();
}

TEST(Comparison, OfSeveralRuns) {
  const WorkingDirectory directory;
  const std::vector<LoadedRun> runs{
      run_in("dense", [](Results& r) { r.pruning.granularity = pruning::Granularity::none; }),
      run_in("fine",
             [](Results& r) {
               r.pruning.granularity = pruning::Granularity::fine;
               r.totals.front().cycles = 200000;
               r.totals.front().counters.row_references *= 2;
             }),
      run_in("vector-bypass/", [](Results& r) {
        r.accelerator.bypass_registers = 1;
        r.accelerator.merge = true;
        r.totals.front().counters.accumulator_references /= 2;
        r.totals.front().energy.total_pj *= 0.75;
        r.classification.reset();
      })};
  const std::string text = compare(runs);
  EXPECT_LE(longest_line(text), 120U);
  expect_golden(text, "tests/sim/golden/comparison.txt");
}

TEST(Comparison, WithoutAFineRunIsRelativeToTheFirst) {
  const WorkingDirectory directory;
  const LoadedRun run = run_in("alone", [](Results&) {});
  EXPECT_NE(compare({run}).find("relative to alone"), std::string::npos);
}

std::string message_of_loading(const std::string& run) {
  try {
    load_runs(run);
    return "accepted";
  } catch (const pruning::InputError& error) {
    return error.what();
  }
}

TEST(Comparison, RefusesWhatIsNoRun) {
  const WorkingDirectory directory;
  write_file("text/results.json", "results");
  write_file("other/results.json", R"({"schema": "other"})");
  write_file("hollow/results.json", R"({"schema": "scnn-sim/results/1"})");
  EXPECT_EQ(message_of_loading("none"), "none: is not the directory of a run: it has no results.json that can be read");
  EXPECT_EQ(message_of_loading("text"), "text/results.json: must hold results of schema scnn-sim/results/1");
  EXPECT_EQ(message_of_loading("other"), "other/results.json: must hold results of schema scnn-sim/results/1");
  EXPECT_THAT(message_of_loading("hollow"),
              ::testing::StartsWith("hollow/results.json: lacks a figure or holds one of a wrong type ("));
}

TEST(Comparison, RefusesEnergiesInDifferentUnits) {
  const WorkingDirectory directory;
  const LoadedRun absolute = run_in("absolute", [](Results&) {});
  const LoadedRun relative = run_in("relative", [](Results& r) { r.energy_table.unit = "MAC"; });
  EXPECT_THROW(compare({absolute, relative}), pruning::InputError);
}

TEST(Text, ShowsNumbersAsPapersDo) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(999), "999");
  EXPECT_EQ(count_text(1000), "1,000");
  EXPECT_EQ(count_text(999999999), "999,999,999");
  EXPECT_EQ(count_text(3158720000), "3,158.7 M");
  EXPECT_EQ(decimal_text(1234567.25, 1), "1,234,567.2");
  EXPECT_EQ(percent_text(0.3456), "34.6%");
  EXPECT_EQ(scale_for(99999, "pJ").unit, "pJ");
  EXPECT_EQ(scale_for(100000, "pJ").unit, "nJ");
  EXPECT_EQ(scale_for(1e30, "pJ").unit, "mJ");
  EXPECT_EQ(scale_for(5e8, "MAC").unit, "M MAC");
  EXPECT_EQ(scale_for(5e8, "MAC").factor, 1e6);
}

TEST(Text, BreaksLinesAtBlanks) {
  EXPECT_EQ(wrapped("one two three", 100, 4), "one two three\n");
  EXPECT_EQ(wrapped("one two three", 9, 4), "one two\n    three\n");
  EXPECT_EQ(wrapped("one two three", 7, 1), "one two\n three\n");
  EXPECT_EQ(wrapped("unbreakable as it is", 5, 2), "unbreakable\n  as\n  it\n  is\n");
  EXPECT_EQ(wrapped("", 5, 2), "\n");
}

TEST(Text, QuotesWhatYamlWouldMisread) {
  for (const char* plain : {"conv1_1", "fire2.conv1x1_1", "inputs/a.h5"}) EXPECT_EQ(yaml_string(plain), plain);
  EXPECT_EQ(yaml_string(""), "\"\"");
  EXPECT_EQ(yaml_string("yes"), "\"yes\"");
  EXPECT_EQ(yaml_string("16 nm"), "\"16 nm\"");
  EXPECT_EQ(yaml_string("a\"b\\c\n"), "\"a\\\"b\\\\c\\x0a\"");
}

}  // namespace
}  // namespace sim::test
