// Do layers give the same results however many processes share them, and does a failure come through?

#include "sim/layer_jobs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>

#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim {

bool operator==(const Mapping& a, const Mapping& b) {
  return a.output_channels_per_group == b.output_channels_per_group && a.groups == b.groups &&
         a.temporal_rows == b.temporal_rows && a.temporal_columns == b.temporal_columns;
}

bool operator==(const JobResult& a, const JobResult& b) {
  return a.cycles == b.cycles && a.mapping == b.mapping && a.weight_placeholders == b.weight_placeholders &&
         a.counters == b.counters && a.pe_cycles == b.pe_cycles && a.bit_exact == b.bit_exact;
}

namespace test {
namespace {

class LayerJobs : public ::testing::Test {
 protected:
  LayerJobs() {
    write_tiny_tensors();
    write_file("run.yaml", tiny_run());
    run_file = read_run_file("run.yaml");
    layers = prepare(run_file).layers;
  }

  [[nodiscard]] std::vector<JobResult> run(std::int64_t jobs, bool timing_only = false,
                                           const JobProgress& progress = {}) const {
    return run_jobs(layers, run_file.accelerator, timing_only, jobs, progress);
  }

  WorkingDirectory directory;
  RunFile run_file;
  std::vector<PreparedLayer> layers;
};

TEST_F(LayerJobs, AreTheSameInAnyNumberOfProcesses) {
  const std::vector<JobResult> alone = run(1);
  ASSERT_EQ(alone.size(), 4U);
  for (const JobResult& result : alone) {
    EXPECT_TRUE(result.bit_exact);
    EXPECT_GT(result.cycles, 0);
  }
  EXPECT_NE(alone[0].cycles, alone[1].cycles);
  for (const std::int64_t jobs : {2, 5, 100}) EXPECT_EQ(run(jobs), alone) << jobs;
}

// Is every layer announced once, with its own result, wherever it ran?
TEST_F(LayerJobs, AreAnnouncedAsTheyEnd) {
  for (const std::int64_t jobs : {1, 3}) {
    std::vector<std::size_t> announced;
    std::vector<JobResult> results(layers.size());
    const std::vector<JobResult> returned = run(jobs, false, [&](std::size_t job, const JobResult& result) {
      announced.push_back(job);
      results.at(job) = result;
    });
    std::sort(announced.begin(), announced.end());
    EXPECT_EQ(announced, (std::vector<std::size_t>{0, 1, 2, 3})) << jobs;
    EXPECT_EQ(results, returned) << jobs;
  }
}

// Is a machine that computes something else than the dense convolution found out?
TEST_F(LayerJobs, NoticeAWrongSum) {
  ++layers[2].sums[0];
  ++layers[3].outputs[0];
  for (const std::int64_t jobs : {1, 2}) {
    const std::vector<JobResult> results = run(jobs);
    EXPECT_EQ((std::vector{results[0].bit_exact, results[1].bit_exact, results[2].bit_exact, results[3].bit_exact}),
              (std::vector{true, true, false, false}))
        << jobs;
  }
}

// Does the message of a layer that fails reach the caller from another process too?
TEST_F(LayerJobs, PassOnWhatWentWrong) {
  run_file.accelerator.accumulator_banks = 1;
  run_file.accelerator.accumulator_entries = 1;
  run_file.accelerator.rows = run_file.accelerator.columns = 1;
  for (const std::int64_t jobs : {1, 2, 5}) {
    try {
      static_cast<void>(run(jobs));
      ADD_FAILURE() << "no error with " << jobs;
    } catch (const std::runtime_error& error) {
      EXPECT_STREQ(error.what(),
                   "one output channel needs 2 partial sums in one PE even in the smallest passes, but its "
                   "accumulators hold 1 (banks x entries)")
          << jobs;
    }
  }
}

// Is a layer's expected work the number of its products, where all pairs of a channel meet?
TEST_F(LayerJobs, KnowTheirSize) {
  const auto& right = layers[2];
  EXPECT_EQ(right.operands.shape.R, 1);
  const PreparedLayer& fc = layers[3];
  const auto& weights = fc.operands.filters->weights;
  double products = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] != 0 && fc.operands.activations[i % fc.operands.activations.size()] != 0) ++products;
  }
  EXPECT_NEAR(expected_products(fc), products, 0.25 * products);
}

}  // namespace
}  // namespace test
}  // namespace sim
