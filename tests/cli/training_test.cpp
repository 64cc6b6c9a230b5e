// Does a network learn, do masks hold, and is it the same however often it is interrupted?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "pruning/weights_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/sim/support.hpp"

namespace cli::test {
namespace {

namespace fs = std::filesystem;
using sim::test::read_file;
using ::testing::HasSubstr;
using Options = std::vector<std::string>;

Options operator+(Options options, const Options& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

class Training : public ::testing::Test {
 protected:
  Training() {
    sim::test::write_file("tiny.yaml",
                          "name: tiny\n"
                          "input: {channels: 3, height: 12, width: 12}\n"
                          "layers:\n"
                          "- {name: conv1, type: conv, output_channels: 12, kernel: 3, padding: 1, bias: false}\n"
                          "- {name: bn1, type: batch_norm, relu: true}\n"
                          "- {name: pool1, type: max_pool, kernel: 2}\n"
                          "- {name: conv2, type: conv, output_channels: 24, kernel: 3, padding: 1, bias: false}\n"
                          "- {name: bn2, type: batch_norm, relu: true}\n"
                          "- {name: average, type: average_pool, kernel: 3, stride: 3}\n"
                          "- {name: fc, type: linear, output_features: 10}\n");
  }

  /// Large shapes of clear colours.
  static Options lessons() {
    return {"--noise", "0.02",          "--contrast", "0.45",           "--least-size", "0.42",    "--slant",
            "0",       "--test-images", "200",        "--epoch-images", "1000",         "--batch", "20"};
  }
  static Options train(const std::string& output) {
    return Options{"train", "tiny.yaml", "--epochs", "4", "--learning-rate", "0.01", "-o", output} + lessons();
  }
  static Options prune(const std::string& granularity, const std::string& output, const std::string& epochs) {
    return Options{"prune",     "dense.h5",  "--retrain", "--network",       "tiny.yaml", "--granularity",
                   granularity, "--density", "0.25",      "--exempt",        "fc",        "--steps",
                   "2",         "--epochs",  epochs,      "--learning-rate", "0.005",     "-o",
                   output} +
           lessons();
  }
  static void expect_success(const Options& arguments) {
    const Finished finished = scnn_sim(arguments);
    EXPECT_EQ(finished.status, 0) << finished.err;
  }
  /// Measured, not what the file says.
  static double accuracy_of(const std::string& weights) {
    expect_success({"accuracy", weights, "--network", "tiny.yaml", "-o", "accuracy.csv", "--noise", "0.02",
                    "--contrast", "0.45", "--least-size", "0.42", "--slant", "0", "--test-images", "200"});
    const std::string row = read_file("accuracy.csv");
    return std::stod(row.substr(row.rfind(',') + 1));
  }

  sim::test::WorkingDirectory directory;
};

#ifdef SCNN_TRAIN

TEST_F(Training, LearnsWhatItLearnsAndMasksHold) {
  expect_success(train("dense.h5") + Options{"--images", "images.h5"});
  EXPECT_GT(accuracy_of("dense.h5"), 0.5);  // chance is 0.1
  EXPECT_FALSE(fs::exists("dense.h5.checkpoint"));

  for (const std::string granularity : {"fine", "vector", "kernel", "filter"}) {
    expect_success(prune(granularity, granularity + ".h5", "1") + Options{"--log", granularity + ".csv"});
    const pruning::WeightsFile file(granularity + ".h5");
    EXPECT_FALSE(file.find("fc")->has_mask);
    for (const char* layer : {"conv1", "conv2"}) {
      EXPECT_TRUE(file.find(layer)->has_mask);
      const auto weights = file.read(layer).weights;
      const auto chosen = granularity == "fine"     ? pruning::Granularity::fine
                          : granularity == "vector" ? pruning::Granularity::vector
                          : granularity == "kernel" ? pruning::Granularity::kernel
                                                    : pruning::Granularity::filter;
      // As many grains as the density says, and no other weight: pruning to the same density again takes nothing away.
      const pruning::Mask mask = pruning::select_grains(weights, chosen, 0.25);
      EXPECT_EQ(pruning::apply(mask, weights).values, weights.values) << granularity << ' ' << layer;
      std::int64_t live = 0;
      for (std::int64_t g = 0; g < mask.grains(); ++g) {
        const auto begin = weights.values.begin() + g * mask.grain_size;
        live += std::any_of(begin, begin + mask.grain_size, [](float w) { return w != 0; }) ? 1 : 0;
      }
      EXPECT_EQ(live, mask.kept()) << granularity << ' ' << layer;
    }
  }
  EXPECT_GT(accuracy_of("fine.h5"), 0.3);
  const std::string log = read_file("vector.csv");
  EXPECT_THAT(log, HasSubstr("step,density,pruned_accuracy,accuracy,loss\n1,"));
  EXPECT_THAT(log, HasSubstr("\n2,"));

  // What was trained runs on the simulated machine.
  sim::test::write_file("run.yaml",
                        "network: tiny.yaml\n"
                        "weights: {file: vector.h5}\n"
                        "pruning: {granularity: vector, density: 0.25, exempt: [fc]}\n"
                        "activations: {file: images.h5, images: [0, 1], inputs: computed}\n");
  expect_success({"run", "run.yaml", "--quiet"});
}

TEST_F(Training, IsTheSameAfterAnInterruption) {
  expect_success(train("dense.h5"));
  const Finished interrupted = scnn_sim_until("epoch 2 of 4", SIGINT, train("again.h5"));
  EXPECT_EQ(interrupted.status, 128 + SIGINT);
  EXPECT_FALSE(fs::exists("again.h5"));
  const Finished finished = scnn_sim(train("again.h5"));
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(read_file("again.h5"), read_file("dense.h5"));

  expect_success(prune("vector", "pruned.h5", "2"));
  const Finished killed =
      scnn_sim_until("stage 1 of 2, epoch 2 of 2", SIGKILL, prune("vector", "pruned-again.h5", "2"));
  EXPECT_EQ(killed.status, 128 + SIGKILL);
  const Finished resumed = scnn_sim(prune("vector", "pruned-again.h5", "2"));
  EXPECT_EQ(resumed.status, 0) << resumed.err;
  EXPECT_THAT(resumed.err, HasSubstr("going on from pruned-again.h5.checkpoint"));
  EXPECT_EQ(read_file("pruned-again.h5"), read_file("pruned.h5"));
}

TEST_F(Training, ScansLayersForPruning) {
  expect_success(train("dense.h5"));
  expect_success({"sensitivity", "dense.h5", "--network", "tiny.yaml", "--granularity", "fine", "--loss", "0.05", "-o",
                  "scan.csv", "--test-images", "100"});
  const std::string scan = read_file("scan.csv");
  EXPECT_THAT(scan, HasSubstr("layer,density\nconv1,"));
  EXPECT_THAT(scan, HasSubstr("\nfc,"));
  expect_success({"prune", "dense.h5", "--granularity", "fine", "--density", "scan.csv", "-o", "pruned.h5"});
}

TEST_F(Training, SaysWhatIsWrong) {
  const auto refused = [](const Options& arguments) {
    const Finished finished = scnn_sim(arguments);
    EXPECT_EQ(finished.status, 2);
    return finished.err;
  };
  EXPECT_EQ(refused(train("dense.h5") + Options{"--specks", "-1"}), "--specks: must be from 0 to 1000, got -1\n");
  EXPECT_EQ(refused({"train", "tiny.yaml", "-o", "dense.h5", "--learning-rate", "2"}),
            "--learning-rate: must be above 0 and at most 1, got 2\n");
  expect_success({"train", "tiny.yaml", "-o", "dense.h5", "--epochs", "1", "--epoch-images", "50"});
  EXPECT_EQ(refused(prune("fine", "dense.h5", "1")),
            "dense.h5: is the weights file itself; the pruned weights need a file of their own\n");
  EXPECT_THAT(refused(prune("fine", "pruned.h5", "1") + Options{"--least-accuracy", "1"}),
              HasSubstr("--least-accuracy: must be at most 0."));
  EXPECT_FALSE(fs::exists("pruned.h5"));
  EXPECT_THAT(
      refused({"prune", "dense.h5", "--granularity", "fine", "--density", "0.5", "-o", "pruned.h5", "--steps", "3"}),
      HasSubstr("--steps: is of use with --retrain alone"));
  EXPECT_THAT(refused({"accuracy", "dense.h5", "--network", "tiny.yaml", "--bits", "9"}),
              HasSubstr("--bits: must be 1 to 8 or 16, got 9"));
}

#else

TEST_F(Training, IsSaidToBeMissing) {
  const Finished finished = scnn_sim(train("dense.h5"));
  EXPECT_EQ(finished.status, 1);
  EXPECT_EQ(
      finished.err,
      "scnn-sim: this program was built without training; install libtorch-dev and configure with -DSCNN_TRAIN=ON\n");
  GTEST_SKIP() << "built without training";
}

#endif

}  // namespace
}  // namespace cli::test
