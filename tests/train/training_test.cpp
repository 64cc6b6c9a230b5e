// The loop of pruning and learning, with a learner that learns nothing.

#include "pruning/train/training.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "pruning/hdf5_file.hpp"
#include "pruning/train/checkpoint.hpp"
#include "pruning/train/parameters.hpp"
#include "pruning/train/sensitivity.hpp"
#include "pruning/train/shared_parameters.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/framework_files.hpp"
#include "workloads/config_node.hpp"

namespace train {
namespace {

using pruning::Granularity;
using support::TemporaryDirectory;
using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

workloads::Network network() {
  return workloads::read_network(
      workloads::ConfigNode::parse("name: tiny\n"
                                   "input: {channels: 1, height: 8, width: 8}\n"
                                   "layers:\n"
                                   "- {name: conv, type: conv, output_channels: 4, kernel: 3, bias: false}\n"
                                   "- {name: bn, type: batch_norm, relu: true}\n"
                                   "- {name: average, type: global_average_pool}\n"
                                   "- {name: fc, type: linear, output_features: 10}\n",
                                   "tiny.yaml"));
}

/// Adds 1 to every weight that the masks leave, and sees class 0 in every image; with less than a share of non-zero
/// weights, none.
class Stub final : public Learner {
 public:
  explicit Stub(double least_density = 0) : least_density_(least_density) {}

  void set(const LearnerState& state, const Masks& masks) override {
    state_ = state;
    masks_ = masks;
  }
  [[nodiscard]] LearnerState state() const override { return state_; }
  double learn(const pruning::Tensor<float>& images, std::span<const std::int64_t> labels, double rate) override {
    EXPECT_EQ(images.shape, (pruning::Shape{static_cast<std::int64_t>(labels.size()), 1, 8, 8}));
    first_values.push_back(images.values.front());
    rates.push_back(rate);
    ++state_.steps;
    for (const char* layer : {"conv", "fc"}) {
      pruning::Tensor<float>& weights = state_.parameters.at(std::string(layer) + ".weight");
      for (float& weight : weights.values) weight += 1;
      if (masks_.contains(layer)) weights = pruning::apply(masks_.at(layer), std::move(weights));
    }
    return 1.5;
  }
  [[nodiscard]] std::vector<std::int64_t> classify(const pruning::Tensor<float>& images) const override {
    const bool works = weight_density(network_, state_.parameters) >= least_density_;
    return std::vector<std::int64_t>(static_cast<std::size_t>(images.shape.front()), works ? 0 : -1);
  }

  std::vector<float> first_values;  ///< of every batch
  std::vector<double> rates;

 private:
  workloads::Network network_ = network();
  double least_density_;
  LearnerState state_;
  Masks masks_;
};

Plan plan_of(std::vector<Stage> stages) {
  Plan plan;
  plan.lessons.epoch_images = 6;
  plan.lessons.batch = 3;
  plan.lessons.test_images = 40;
  plan.purpose = "retraining";
  plan.granularity = Granularity::fine;
  plan.stages = std::move(stages);
  return plan;
}

const Stage half{{{"conv", 0.5}, {"fc", 0.5}}, 2, 0.4};
const Stage quarter{{{"conv", 0.25}, {"fc", 0.25}}, 2, 0.4};

Course from_start() {
  return begin(initial_parameters(network(), 1));
}

// Do stages prune to their densities, keep what is cut away at zero, and use new images in every step?
TEST(Training, PrunesThenLearnsStageByStage) {
  Stub learner;
  Course course = from_start();
  int calls = 0;
  pursue(plan_of({half, quarter}), network(), learner, course, [&](const Course&) { ++calls; });
  EXPECT_EQ(calls, 4);
  ASSERT_EQ(course.results.size(), 2U);
  EXPECT_DOUBLE_EQ(course.results[0].density, 0.5);
  EXPECT_DOUBLE_EQ(course.results[1].density, 0.25);
  EXPECT_DOUBLE_EQ(course.results[1].loss, 1.5);
  EXPECT_DOUBLE_EQ(weight_density(network(), course.good_parameters), 0.25);
  EXPECT_EQ(std::set<float>(learner.first_values.begin(), learner.first_values.end()).size(), 8U);
  EXPECT_THAT(learner.rates, ElementsAre(0.4, DoubleNear(0.3, 1e-9), DoubleNear(0.2, 1e-9), DoubleNear(0.1, 1e-9), 0.4,
                                         DoubleNear(0.3, 1e-9), DoubleNear(0.2, 1e-9), DoubleNear(0.1, 1e-9)));
}

// Does a stage that falls below the least accuracy end the plan, and not count?
TEST(Training, EndsBelowTheLeastAccuracy) {
  Stub learner(0.4);
  Course course = from_start();
  Plan plan = plan_of({half, quarter, quarter});
  plan.least_accuracy = 0.01;
  pursue(plan, network(), learner, course, [](const Course&) {});
  EXPECT_EQ(course.stage, 1);
  EXPECT_EQ(course.results.size(), 2U);
  EXPECT_EQ(course.results[1].accuracy, 0);
  EXPECT_DOUBLE_EQ(weight_density(network(), course.good_parameters), 0.5);
}

// Is a course that was saved after any epoch and taken up again the same in the end?
TEST(Training, GoesOnFromEveryCheckpointAsIfNeverStopped) {
  const TemporaryDirectory directory;
  const Plan plan = plan_of({half, quarter});
  Stub whole_learner;
  Course whole = from_start();
  int count = 0;
  pursue(plan, network(), whole_learner, whole,
         [&](const Course& course) { save_course(directory / (std::to_string(count++) + ".h5"), "plan", course); });
  for (int i = 0; i < count; ++i) {
    std::optional<Course> course = load_course(directory / (std::to_string(i) + ".h5"), "plan");
    ASSERT_TRUE(course);
    Stub learner;
    pursue(plan, network(), learner, *course, [](const Course&) {});
    save_course(directory / "again.h5", "plan", *course);
    save_course(directory / "whole.h5", "plan", whole);
    EXPECT_EQ(sim::test::read_file(directory / "again.h5"), sim::test::read_file(directory / "whole.h5")) << i;
  }
}

// Is a checkpoint of another plan, or no checkpoint at all, refused?
TEST(Training, RefusesTheCheckpointOfAnotherPlan) {
  const TemporaryDirectory directory;
  EXPECT_FALSE(load_course(directory / "none.h5", "a"));
  save_course(directory / "a.h5", "a", from_start());
  EXPECT_THAT(support::input_error(directory, [&] { load_course(directory / "a.h5", "b"); }),
              HasSubstr("is the checkpoint of another training (a), but this one is (b)"));
  write_parameters(directory / "weights.h5", initial_parameters(network(), 1), {}, {});
  EXPECT_THAT(support::input_error(directory, [&] { load_course(directory / "weights.h5", "b"); }),
              HasSubstr("is no checkpoint"));
}

// Can what was written be read as weights, batch norm and mask included?
TEST(Training, WritesWeightsThatTheFrontEndReads) {
  const TemporaryDirectory directory;
  Parameters parameters = initial_parameters(network(), 3);
  Masks masks;
  prune_layer(parameters, masks, "conv", Granularity::vector, 0.5);
  write_parameters(directory / "weights.h5", parameters, masks, {{"training", "by hand"}});
  const pruning::WeightsFile file(directory / "weights.h5");
  EXPECT_TRUE(file.find("conv")->has_mask);
  EXPECT_FALSE(file.find("fc")->has_mask);
  const Parameters read = read_parameters(file, network());
  ASSERT_EQ(read.size(), parameters.size());
  for (const auto& [name, tensor] : parameters) EXPECT_EQ(read.at(name).values, tensor.values) << name;
}

// Does the scan stop at the density before the one that costs too much?
TEST(Training, FindsHowFarALayerCanBePruned) {
  Stub learner(0.8);  // conv has 36 and fc 40 of the 76 weights
  const auto found = sensitivities(plan_of({}).lessons, network(), learner, initial_parameters(network(), 1),
                                   Granularity::fine, 0.0, [](const Sensitivity&) {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].layer, "conv");
  EXPECT_DOUBLE_EQ(found[0].density, 0.6);  // 22 and 40 of 76; 0.5 leaves 58, which is less than 0.8
  EXPECT_DOUBLE_EQ(found[1].density, 0.7);  // 28 and 36; 0.6 leaves 60
}

// Do weights in few bits have as few values, and zeros stay zeros?
TEST(Training, SharesWeightsInFewBits) {
  Parameters parameters = initial_parameters(network(), 1);
  Masks masks;
  prune_layer(parameters, masks, "fc", Granularity::fine, 0.5);
  const Parameters coarse = in_bits(parameters, network(), 2);
  const std::vector<float>& before = parameters.at("fc.weight").values;
  const std::vector<float>& values = coarse.at("fc.weight").values;
  EXPECT_LE(std::set<float>(values.begin(), values.end()).size(), 4U);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_TRUE(before[i] != 0 || values[i] == 0);
  const std::vector<float> fine = in_bits(parameters, network(), 16).at("fc.weight").values;
  for (std::size_t i = 0; i < fine.size(); ++i) EXPECT_NEAR(fine[i], before[i], 1e-4);
}

// Are networks that cannot learn from the images refused, in a line that says where?
TEST(Training, RefusesNetworksThatCannotLearn) {
  const auto message = [](const std::string& last) {
    const auto network = workloads::read_network(workloads::ConfigNode::parse(
        "name: tiny\ninput: {channels: 1, height: 8, width: 8}\nlayers:\n- " + last + "\n", "tiny.yaml"));
    try {
      check_trainable(network);
    } catch (const pruning::InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message("{name: fc, type: linear, output_features: 10}"), "");
  EXPECT_THAT(message("{name: fc, type: linear, output_features: 9}"), HasSubstr("tiny.yaml:4:"));
  EXPECT_THAT(message("{name: fc, type: linear, output_features: 9}"), HasSubstr("10 classes"));
  EXPECT_THAT(message("{name: fc, type: linear, output_features: 10, relu: true}"), HasSubstr("rectifies"));
  EXPECT_THAT(message("{name: norm, type: lrn}"), HasSubstr("lrn, which cannot be trained"));
}

}  // namespace
}  // namespace train
