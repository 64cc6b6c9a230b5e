// Does the result of a layer's job say what the machine did, and whether it was right?

#include "sim/layer_job.hpp"

#include <gtest/gtest.h>

#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

class LayerJobs : public ::testing::Test {
 protected:
  LayerJobs() {
    write_file("run.yaml",
               tiny_network() + tiny_machine() +
                   "weights: {synthetic: {}}\nactivations: {synthetic: {density: {conv1: 0.25, default: 1}}}\n"
                   "pruning: {granularity: fine, density: {fc: 0.5, default: 1}}\n");
    run = read_run_file("run.yaml");
  }

  [[nodiscard]] const workloads::Layer& layer(const char* name) const {
    return run.network.layers.at(static_cast<std::size_t>(run.network.find(name)));
  }

  WorkingDirectory directory;
  RunFile run;
};

// Is a machine that computes something else than the dense convolution found out?
TEST_F(LayerJobs, NoticeAWrongSum) {
  LayerEvaluator evaluator(run);
  MachineModels models(run);
  for (const char* name : {"conv1", "fc"}) {
    const auto index = static_cast<std::size_t>(evaluator.network().find(name));
    const workloads::Layer& layer = evaluator.network().layers[index];
    const EvaluatedLayer right = evaluator.evaluate(index, evaluator.activations().input(layer, 0));
    const JobResult result = simulate_layer(models, run, evaluator, index, 0, right);
    EXPECT_TRUE(result.machines[0].bit_exact);
    EXPECT_GT(result.machines[0].cycles, 0);
    EXPECT_GT(result.machine_seconds, 0);
    EXPECT_GT(result.float32->snr_db().value(), 60);
    EXPECT_FALSE(result.recorded);
    EvaluatedLayer wrong_sum = right;
    ++wrong_sum.sums[0];
    EXPECT_FALSE(simulate_layer(models, run, evaluator, index, 0, wrong_sum).machines[0].bit_exact);
    EvaluatedLayer wrong_output = right;
    ++wrong_output.outputs[0];
    EXPECT_FALSE(simulate_layer(models, run, evaluator, index, 0, wrong_output).machines[0].bit_exact);
  }
}

TEST_F(LayerJobs, KnowTheirSize) {
  // Products, and a hundred times the weights and inputs.
  EXPECT_DOUBLE_EQ(expected_work(run, layer("conv1")), 0.25 * 6 * 9 * 8 * 2 * 9 + 100 * (6 * 2 * 9 + 2 * 9 * 8));
  EXPECT_DOUBLE_EQ(expected_work(run, layer("fc")), 0.5 * 5 * 24 + 100 * (5 * 24 + 24));
}

}  // namespace
}  // namespace sim::test
