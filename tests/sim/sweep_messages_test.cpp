// Does every mistake in a sweep file get the one line that helps? The lines stand in golden/sweep_messages.txt.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pruning/input_error.hpp"
#include "sim/sweep/sweep_plan.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

struct SweepMistake {
  std::string what;
  std::string text;  ///< of the sweep file
};

const std::string base = "base: run.yaml\n";
const std::string rows = base + "axes: {accelerator.pe.rows: [2, 4]}\n";

std::string axis(const std::string& values) {
  return base + "axes:\n  accelerator.pe.rows: " + values + "\n";
}

std::string constraint(const std::string& expression) {
  return rows + "constraints:\n  mine: " + expression + "\n";
}

std::vector<SweepMistake> sweep_mistakes() {
  return {
      {"empty file", ""},
      {"no base", "axes: {accelerator.pe.rows: [2, 4]}\n"},
      {"missing base", "base: rum.yaml\naxes: {accelerator.pe.rows: [2, 4]}\n"},
      {"misspelt key", rows + "constrains: {}\n"},
      {"nothing to vary", base},
      {"no axis", base + "axes: {}\n"},
      {"axis of one value without a list", axis("4")},
      {"axis without a value", axis("[]")},
      {"value listed twice", axis("[2, 4, 2]")},
      {"range without an end", axis("{from: 2, step: 2}")},
      {"range without an increase", axis("{from: 2, to: 8}")},
      {"range with both increases", axis("{from: 2, to: 8, step: 2, factor: 2}")},
      {"range of no length", axis("{from: 8, to: 2, step: 2}")},
      {"range that stands still", axis("{from: 2, to: 8, step: 0}")},
      {"range by a factor of one", axis("{from: 2, to: 8, factor: 1}")},
      {"range by a factor from nothing", axis("{from: 0, to: 8, factor: 2}")},
      {"range of too many values", axis("{from: 0, to: 1, step: 0.000001}")},
      {"range with a misspelt key", axis("{from: 2, till: 8, step: 2}")},
      {"zipped axes of different lengths",
       base + "zipped:\n  - {accelerator.pe.rows: [2, 4], accelerator.pe.columns: [2, 4, 8]}\n"},
      {"zipped axes that are no list", base + "zipped: {accelerator.pe.rows: [2, 4]}\n"},
      {"empty group of zipped axes", base + "zipped: [{}]\n"},
      {"axis twice", rows + "zipped:\n  - {accelerator.pe.rows: [2, 4]}\n"},
      {"axis that replaces another", rows + "zipped:\n  - {accelerator: [{}]}\n"},
      {"key that the run file does not know", base + "axes: {accelerator.pe.rovs: [2, 4]}\n"},
      {"key below a value", base + "axes: {timing_only.rows: [2, 4]}\n"},
      {"key without a name", base + "axes: {accelerator..rows: [2, 4]}\n"},
      {"values that no run takes", axis("[0, many]")},
      {"mistake in the set keys", rows + "set: {accelerator.pe.colums: 2}\n"},
      {"mistake in the base", "base: {network: run.yaml}\naxes: {accelerator.pe.rows: [2, 4]}\n"},
      {"constraint that is no expression", constraint("accelerator.pe.rows *")},
      {"constraint that sets a value", constraint("accelerator.pe.rows = 4")},
      {"two constraints in one", constraint("accelerator.pe.rows >= 2, accelerator.pe.rows <= 4")},
      {"constraint with a misspelt key", constraint("accelerator.pe.rovs == 4")},
      {"constraint with a word that no key has", constraint("pruning.granularity == vektor")},
      {"constraint on a mapping", constraint("accelerator.pe == 4")},
      {"constraint below an axis",
       base + "axes: {accelerator: [{}, {pe: {rows: 2}}]}\nconstraints: {mine: accelerator.pe.rows == 2}\n"},
      {"constraint that is a list", constraint("[1, 2]")},
      {"constraint that is no number", constraint("sqrt(-accelerator.pe.rows)")},
      {"constraint that no point meets", constraint("accelerator.pe.rows > 4")},
      {"sample of no points", rows + "sample: {points: 0}\n"},
      {"sample without a number", rows + "sample: {seed: 1}\n"},
      {"negative seed of a sample", rows + "sample: {points: 1, seed: -1}\n"},
      {"unknown objective", rows + "objectives: [cycle]\n"},
      {"objective twice", rows + "objectives: [cycles, energy, cycles]\n"},
      {"no objective", rows + "objectives: []\n"},
      {"more combinations than can be simulated", base + "axes:\n  accelerator.pe.rows: {from: 1, to: 2000, step: 1}\n"
                                                         "  accelerator.pe.columns: {from: 1, to: 2000, step: 1}\n"},
  };
}

TEST(SweepMessages, OfMistakesInSweepFiles) {
  const WorkingDirectory directory;
  write_file("run.yaml",
             "network:\n  name: tiny\n  input: {channels: 3, height: 8, width: 8}\n"
             "  layers: [{name: conv1, type: conv, output_channels: 8, kernel: 3}]\n"
             "weights: {synthetic: {}}\nactivations: {synthetic: {}}\n"
             "pruning: {granularity: fine, density: 0.5}\n");
  std::string messages;
  for (const SweepMistake& mistake : sweep_mistakes()) {
    write_file("sweep.yaml", mistake.text);
    std::string message = "accepted";
    try {
      const SweepPlan plan(read_sweep_file("sweep.yaml"));
      ADD_FAILURE() << mistake.what << " was accepted";
    } catch (const pruning::InputError& error) {
      message = error.what();
    }
    EXPECT_EQ(message.find('\n'), std::string::npos) << mistake.what;
    messages += fmt::format("{}\n    {}\n", mistake.what, message);
  }
  expect_golden(messages, "tests/sim/golden/sweep_messages.txt");
}

}  // namespace
}  // namespace sim::test
