// Is what a run had finished there when it is started again, and nothing else?

#include "sim/job_journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "pruning/input_error.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* file = "out/run.partial";

JobResult example(std::int64_t cycles) {
  JobResult result;
  result.machines[0].cycles = cycles;
  result.machines[0].counters.products = 3 * cycles;
  result.recorded = Deviation{0.1, 1e-300, 2.5};
  result.machine_seconds = 0.25;
  return result;
}

/// Jobs and cycles that a journal of the run hands back.
std::vector<std::pair<std::size_t, std::int64_t>> kept(const std::string& run) {
  const JobJournal journal(file, run);
  std::vector<std::pair<std::size_t, std::int64_t>> jobs;
  for (const auto& [job, result] : journal.finished()) {
    jobs.emplace_back(job, result.machines[0].cycles);
    EXPECT_EQ(result.machines[0].counters.products, 3 * result.machines[0].cycles);
    EXPECT_FALSE(result.float32);
    EXPECT_EQ(result.recorded->noise, 1e-300);
    EXPECT_EQ(result.machine_seconds, 0.25);
  }
  return jobs;
}

class Journal : public ::testing::Test {
 protected:
  static void add(const std::string& run, std::size_t job, std::int64_t cycles) {
    JobJournal(file, run).add(job, example(cycles));
  }
  WorkingDirectory directory;
};

TEST_F(Journal, HandsBackWhatWasAdded) {
  EXPECT_THAT(kept("a"), IsEmpty());
  EXPECT_FALSE(fs::exists("out"));  // nothing is written before there is a result
  add("a", 4, 100);
  add("a", 0, 200);
  EXPECT_THAT(kept("a"), ElementsAre(std::pair(0, 200), std::pair(4, 100)));
  JobJournal(file, "a").remove();
  EXPECT_THAT(kept("a"), IsEmpty());
  EXPECT_FALSE(fs::exists(file));
}

// Is a record that was cut short or damaged left out, and do later ones find their place?
TEST_F(Journal, LeavesOutWhatIsNotWhole) {
  add("a", 0, 100);
  const auto one = fs::file_size(file);
  add("a", 1, 200);
  const std::string both = read_file(file);
  for (std::size_t size = 0; size < both.size(); size += 7) {
    write_file(file, both.substr(0, size));
    EXPECT_EQ(kept("a").size(), size < one ? 0U : 1U) << size;
    add("a", 2, 300);
    EXPECT_EQ(kept("a").back(), std::pair(std::size_t{2}, std::int64_t{300})) << size;
    EXPECT_EQ(kept("a").size(), size < one ? 1U : 2U) << size;
  }
  std::string damaged = both;
  damaged[one + 20] ^= 1;
  write_file(file, damaged);
  EXPECT_THAT(kept("a"), ElementsAre(std::pair(0, 100)));
}

TEST_F(Journal, OfAnotherRunIsReplacedByTheFirstResult) {
  add("a", 0, 100);
  {
    JobJournal journal(file, "b");
    EXPECT_TRUE(journal.is_of_another_run());
    EXPECT_THAT(journal.finished(), IsEmpty());
  }
  EXPECT_FALSE(JobJournal(file, "a").is_of_another_run());
  EXPECT_THAT(kept("a"), ElementsAre(std::pair(0, 100)));
  add("b", 1, 200);
  EXPECT_TRUE(JobJournal(file, "a").is_of_another_run());
  EXPECT_THAT(kept("b"), ElementsAre(std::pair(1, 200)));
}

TEST_F(Journal, DoesNotTakeThePlaceOfAnythingElse) {
  write_file(file, "a thesis");
  try {
    const JobJournal journal(file, "a");
    ADD_FAILURE() << "accepted";
  } catch (const pruning::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("out/run.partial: is in the way"));
  }
  EXPECT_EQ(read_file(file), "a thesis");
}

}  // namespace
}  // namespace sim::test
