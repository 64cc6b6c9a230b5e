// Does a run that was interrupted go on from where it was, and does memory not grow with the number of layers?

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/sim/support.hpp"

namespace cli::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Contents = std::map<std::string, std::string>;

/// Layers that stand alone and take some tens of milliseconds each.
std::string run_of_layers(int layers) {
  std::string text = "network:\n  name: long\n  layers:\n";
  for (int i = 0; i < layers; ++i) {
    text += "    - {name: conv" + std::to_string(i) +
            ", type: conv, input: {channels: 16, height: 112, width: 112}, output_channels: 48, kernel: 1}\n";
  }
  return text +
         "weights: {synthetic: {}}\npruning: {granularity: fine, density: 0.2}\n"
         "activations: {synthetic: {density: 0.2}}\n";
}

Contents without_host_figures(const fs::path& directory) {
  Contents contents = contents_of(directory);
  EXPECT_EQ(contents.erase("host.json"), 1U);
  return contents;
}

class Interruption : public ::testing::Test {
 protected:
  Interruption() { sim::test::write_file("run.yaml", run_of_layers(12)); }

  /// What a directory holds, by name.
  static std::vector<std::string> names_in(const fs::path& directory) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(directory)) names.push_back(entry.path().filename());
    return names;
  }

  sim::test::WorkingDirectory directory;
};

TEST_F(Interruption, IsTakenUpByTheSameCommand) {
  EXPECT_EQ(scnn_sim({"run", "run.yaml", "--output", "whole", "--quiet"}).status, 0);
  const Contents whole = without_host_figures("whole");
  for (const char* jobs : {"1", "2"}) {
    for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
      SCOPED_TRACE(std::string("signal ") + std::to_string(signal) + ", --jobs " + jobs);
      const std::vector<std::string> command{"run", "run.yaml", "--output", "out/run", "--jobs", jobs};
      const Finished interrupted = scnn_sim_until("simulated 3 of 12", signal, command);
      EXPECT_EQ(interrupted.status, 128 + signal);
      EXPECT_EQ(interrupted.out, "");
      if (signal != SIGKILL) {
        EXPECT_THAT(interrupted.err, HasSubstr("the same command goes on from"));
      }
      EXPECT_EQ(names_in("out"), std::vector<std::string>{"run.partial"});

      const Finished finished = scnn_sim(command);
      EXPECT_EQ(finished.status, 0) << finished.err;
      EXPECT_THAT(finished.err, AllOf(HasSubstr("taken up: "), HasSubstr(" of 12 layers were finished\n"),
                                      Not(HasSubstr("simulated 3 of 12")), HasSubstr("simulated 12 of 12")));
      EXPECT_EQ(names_in("out"), std::vector<std::string>{"run"});
      EXPECT_EQ(without_host_figures("out/run"), whole);
      fs::remove_all("out");
    }
  }
}

TEST_F(Interruption, IsNotTakenUpByAnotherConfiguration) {
  scnn_sim_until("simulated 2 of 12", SIGINT, {"run", "run.yaml", "--output", "run"});
  ASSERT_TRUE(fs::exists("run.partial"));
  const Finished other = scnn_sim({"run", "run.yaml", "--output", "run", "--timing-only"});
  EXPECT_EQ(other.status, 0);
  EXPECT_THAT(other.err, AllOf(HasSubstr("run.partial: not taken up"), HasSubstr("simulated 1 of 12")));
  EXPECT_FALSE(fs::exists("run.partial"));
}

// With ten layers a run takes about the memory of one, whatever they are.
TEST_F(Interruption, IsNotNeededForWantOfMemory) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer holds back what is freed";
#endif
  std::vector<double> peaks;
  for (const int layers : {1, 10}) {
    sim::test::write_file("run.yaml", run_of_layers(layers));
    EXPECT_EQ(scnn_sim({"run", "run.yaml", "--output", std::to_string(layers), "--quiet", "--timing-only"}).status, 0);
    const auto host = nlohmann::json::parse(sim::test::read_file(std::to_string(layers) + "/host.json"));
    peaks.push_back(host.at("peak_memory_bytes"));
  }
  // Activations and outputs of one layer alone are 1.6 MB as the machine holds them, and 6.4 MB as sums.
  EXPECT_LT(peaks[1] - peaks[0], 5e6);
}

}  // namespace
}  // namespace cli::test
