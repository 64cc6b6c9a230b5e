// Is a result directory complete or not there, and nothing of a user's ever lost?

#include "sim/result_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/full_disk.hpp"

namespace sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

constexpr const char* earlier_run = R"({"schema": "scnn-sim/results/1"})";

/// The error's message with the working directory left out, or `accepted`.
std::string outcome(const std::function<void()>& action) {
  try {
    action();
    return "accepted";
  } catch (const pruning::InputError& error) {
    std::string text = error.what();
    const std::string here = fs::current_path().string() + '/';
    for (std::size_t at = text.find(here); at != std::string::npos; at = text.find(here)) text.erase(at, here.size());
    return text;
  }
}

std::string checked(const fs::path& directory, bool overwrite = false) {
  return outcome([&] { check_output(directory, overwrite); });
}

/// Everything below the working directory, sorted.
std::vector<std::string> everything() {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(".")) names.push_back(entry.path().string().substr(2));
  std::sort(names.begin(), names.end());
  return names;
}

void fill(ResultDirectory& directory, const std::string& marker) {
  directory.write("results.json", earlier_run);
  directory.write("layers.csv", marker);
}

class ResultDirectoryTest : public ::testing::Test {
 protected:
  WorkingDirectory directory_;
};

TEST_F(ResultDirectoryTest, CheckAcceptsWhatIsNewOrEmptyAndLeavesNoTrace) {
  EXPECT_EQ(checked("out/deep/run"), "accepted");
  EXPECT_EQ(checked("run/"), "accepted");
  EXPECT_THAT(everything(), IsEmpty());
  fs::create_directory("empty");
  EXPECT_EQ(checked("empty"), "accepted");
}

TEST_F(ResultDirectoryTest, CheckSaysWhatWouldBeRight) {
  write_file("file", "");
  write_file("run/results.json", earlier_run);
  write_file("thesis/chapter1.tex", "");
  write_file("foreign/results.json", R"({"schema": "another/1"})");
  write_file("broken/results.json", "{");
  const std::string foreign =
      "is not empty and does not hold an earlier run, so it is not replaced; results need a directory that is new or "
      "empty";
  EXPECT_EQ(checked("file"), "file: is a file; results need a directory that is new or empty");
  EXPECT_EQ(checked("file/run"), "file/run: cannot be created: file is not a directory");
  EXPECT_EQ(checked("run"),
            "run: holds an earlier run; name another directory with --output, or give --overwrite to replace it");
  EXPECT_EQ(checked("run", true), "accepted");
  for (const bool overwrite : {false, true}) {
    EXPECT_EQ(checked("thesis", overwrite), "thesis: " + foreign);
    EXPECT_EQ(checked("foreign", overwrite), "foreign: " + foreign);
    EXPECT_EQ(checked("broken", overwrite), "broken: " + foreign);
  }
}

TEST_F(ResultDirectoryTest, CheckRefusesWhereNothingCanBeCreated) {
  EXPECT_EQ(checked("/proc/run"), "/proc/run: cannot be created in /proc: No such file or directory");
}

TEST_F(ResultDirectoryTest, AppearsWhenItIsPublished) {
  write_file("data/weights.h5", "weights");
  {
    ResultDirectory results("out/run", false);
    fill(results, "first");
    results.link_input("weights.h5", "data/weights.h5");
    EXPECT_FALSE(fs::exists("out/run"));
    results.publish();
  }
  EXPECT_THAT(everything(), ElementsAre("data", "data/weights.h5", "out", "out/run", "out/run/inputs",
                                        "out/run/inputs/weights.h5", "out/run/layers.csv", "out/run/results.json"));
  EXPECT_EQ(read_file("out/run/layers.csv"), "first");
  EXPECT_EQ(read_file("out/run/inputs/weights.h5"), "weights");
}

TEST_F(ResultDirectoryTest, TakesThePlaceOfAnEmptyDirectory) {
  fs::create_directory("run");
  ResultDirectory results("run", false);
  fill(results, "first");
  results.publish();
  EXPECT_THAT(everything(), ElementsAre("run", "run/layers.csv", "run/results.json"));
}

TEST_F(ResultDirectoryTest, ReplacesAnEarlierRunAsAWhole) {
  write_file("run/results.json", earlier_run);
  write_file("run/left-over", "");
  ResultDirectory results("run", true);
  fill(results, "second");
  results.publish();
  EXPECT_THAT(everything(), ElementsAre("run", "run/layers.csv", "run/results.json"));
  EXPECT_EQ(read_file("run/layers.csv"), "second");
}

TEST_F(ResultDirectoryTest, FollowsALinkToTheDirectory) {
  fs::create_directory("elsewhere");
  fs::create_directory_symlink("elsewhere", "run");
  ResultDirectory results("run", false);
  fill(results, "first");
  results.publish();
  EXPECT_TRUE(fs::is_symlink("run"));
  EXPECT_EQ(read_file("elsewhere/layers.csv"), "first");
}

TEST_F(ResultDirectoryTest, LeavesNothingBehindWithoutPublication) {
  write_file("run/results.json", earlier_run);
  {
    ResultDirectory results("run", true);
    fill(results, "abandoned");
  }
  EXPECT_THAT(everything(), ElementsAre("run", "run/results.json"));
}

TEST_F(ResultDirectoryTest, SparesWhatSomebodyElsePutThereMeanwhile) {
  {
    ResultDirectory results("run", false);
    fill(results, "late");
    write_file("run/thesis.tex", "");
    EXPECT_THROW(results.publish(), pruning::InputError);
  }
  EXPECT_THAT(everything(), ElementsAre("run", "run/thesis.tex"));
}

TEST_F(ResultDirectoryTest, KeepsTheEarlierRunWhenTheDiskIsFull) {
  write_file("run/results.json", earlier_run);
  {
    ResultDirectory results("run", true);
    const support::FullDisk full(100);
    EXPECT_THAT([&] { results.write("layers.csv", std::string(1000, 'x')); },
                ThrowsMessage<std::runtime_error>(EndsWith("layers.csv: cannot be written: File too large")));
  }
  EXPECT_THAT(everything(), ElementsAre("run", "run/results.json"));
  EXPECT_EQ(read_file("run/results.json"), earlier_run);
}

}  // namespace
}  // namespace sim::test
