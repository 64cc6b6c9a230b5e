// Do jobs give the same results however many processes share them, and does a failure come through?

#include "sim/job_pool.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "pruning/input_error.hpp"

namespace sim {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(JobPool, HandsBackEveryResultOnce) {
  for (const std::int64_t processes : {1, 2, 3, 100}) {
    std::multimap<std::size_t, std::string> results;
    JobPool pool(processes, [&](std::size_t job, const std::string& result) { results.emplace(job, result); });
    // The last is more than a pipe holds.
    const std::vector<std::string> all{"", "b", "cc", "ddd", std::string(300'000, 'e')};
    for (std::size_t job = 0; job < all.size(); ++job) pool.start({job, "layer conv", [&, job] { return all[job]; }});
    pool.wait_for_all();
    EXPECT_THAT(results, UnorderedElementsAre(Pair(0, all[0]), Pair(1, all[1]), Pair(2, all[2]), Pair(3, all[3]),
                                              Pair(4, all[4])))
        << processes;
  }
}

TEST(JobPool, WorksHereWithOneProcessOnly) {
  const pid_t here = getpid();
  for (const std::int64_t processes : {1, 2}) {
    JobPool pool(processes, [&](std::size_t, const std::string& result) {
      EXPECT_EQ(result == std::to_string(here), processes == 1) << processes;
    });
    pool.start({0, "layer conv", [] { return std::to_string(getpid()); }});
    pool.wait_for_all();
  }
}

/// Counts across processes.
struct Busy {
  std::atomic<int> now{0};
  std::atomic<int> most{0};
};

// Are as many at work as allowed and never more, and, when this process wants to work as well, one less?
TEST(JobPool, KeepsToItsNumberOfProcesses) {
  constexpr int processes = 3;
  void* memory = mmap(nullptr, sizeof(Busy), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto& busy = *new (memory) Busy;
  {
    JobPool pool(processes, [](std::size_t, const std::string&) {});
    for (std::size_t job = 0; job < 8; ++job) {
      pool.start({job, "layer conv", [&] {
                    const int now = ++busy.now;
                    for (int most = busy.most; most < now && !busy.most.compare_exchange_weak(most, now);) {
                    }
                    // The first wait for one another, however long their processes take to start; a pool that never
                    // lets them be busy together fails after a minute.
                    for (int waited = 0; busy.most < processes && waited < 60000; ++waited) usleep(1000);
                    usleep(20000);
                    --busy.now;
                    return std::string();
                  }});
    }
    pool.make_room();
    EXPECT_LE(busy.now, processes - 1);
    pool.wait_for_all();
  }
  EXPECT_EQ(busy.now, 0);
  EXPECT_EQ(busy.most, processes);
  munmap(memory, sizeof(Busy));
}

/// The message of the error with which `job` ends, after a job that takes long.
template <class Error>
std::string message_of(std::int64_t processes, const JobPool::Job& job) {
  JobPool pool(processes, [](std::size_t, const std::string&) {});
  try {
    if (processes > 1) {
      pool.start({0, "layer long", [] {
                    sleep(600);
                    return std::string();
                  }});
    }
    pool.start({1, "layer conv1", job});
    pool.wait_for_all();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

// Does what went wrong reach the caller from another process too, and are the others stopped?
TEST(JobPool, PassesOnWhatWentWrong) {
  for (const std::int64_t processes : {1, 2, 5}) {
    EXPECT_EQ(message_of<pruning::InputError>(processes,
                                              []() -> std::string {
                                                throw pruning::InputError({"a.h5", 0, 0, "conv1"}, "is missing");
                                              }),
              "a.h5: conv1: is missing");
    EXPECT_EQ(message_of<std::runtime_error>(processes, []() -> std::string { throw std::logic_error("no way"); }),
              "layer conv1: no way");
    EXPECT_EQ(message_of<std::runtime_error>(processes, []() -> std::string { throw std::bad_alloc(); }),
              "layer conv1: out of memory");
  }
}

TEST(JobPool, SaysWhichLayersProcessDied) {
  EXPECT_EQ(message_of<std::runtime_error>(2,
                                           []() -> std::string {
                                             raise(SIGKILL);
                                             return {};
                                           }),
            "layer conv1: its worker process was ended by signal 9 (out of memory?)");
  EXPECT_EQ(message_of<std::runtime_error>(2, []() -> std::string { _exit(3); }),
            "layer conv1: its worker process ended without a result");
}

// A job whose process dies need not end the others.
TEST(JobPool, HandsBackJobsWhoseProcessDied) {
  std::vector<std::string> results;
  std::vector<std::string> lost;
  JobPool pool(
      2, [&](std::size_t job, const std::string& result) { results.push_back(fmt::format("{} {}", job, result)); },
      [&](std::size_t job, const std::string& problem) { lost.push_back(fmt::format("{} {}", job, problem)); });
  pool.start({0, "point 7", []() -> std::string { _exit(3); }});
  pool.start({1, "point 8", [] { return std::string("done"); }});
  pool.wait_for_all();
  EXPECT_THAT(results, ElementsAre("1 done"));
  EXPECT_THAT(lost, ElementsAre("0 point 7: its worker process ended without a result"));
}

/// Jobs 0 to 9.
std::vector<JobPool::NamedJob> ten_jobs(const std::function<std::string(std::size_t)>& result) {
  std::vector<JobPool::NamedJob> jobs;
  for (std::size_t job = 0; job < 10; ++job) {
    jobs.push_back({job, fmt::format("layer {}", job), [result, job] { return result(job); }});
  }
  return jobs;
}

// Are jobs that are all known done once each, by no more processes than allowed?
TEST(JobPool, DoesAllInFewProcesses) {
  for (const std::size_t processes : {1, 2, 3, 100}) {
    std::multiset<std::size_t> done;
    std::set<std::string> processes_seen;
    JobPool pool(static_cast<std::int64_t>(processes), [&](std::size_t job, const std::string& result) {
      done.insert(job);
      processes_seen.insert(result);
    });
    pool.start_all(ten_jobs([](std::size_t) { return std::to_string(getpid()); }));
    pool.wait_for_all();
    EXPECT_THAT(done, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)) << processes;
    EXPECT_LE(processes_seen.size(), processes);
    EXPECT_EQ(processes_seen.contains(std::to_string(getpid())), processes == 1);
    pool.start_all({});
  }
}

// Are all others done if processes die, and is it told which jobs they had?
TEST(JobPool, DoesAllOthersIfProcessesDie) {
  std::set<std::size_t> done;
  std::vector<std::string> lost;
  JobPool pool(
      2, [&](std::size_t job, const std::string&) { done.insert(job); },
      [&](std::size_t, const std::string& problem) { lost.push_back(problem); });
  pool.start_all(ten_jobs([](std::size_t job) -> std::string {
    if (job == 0 || job == 1 || job == 5) raise(SIGKILL);
    if (job == 7) throw std::runtime_error("no way");
    return {};
  }));
  pool.wait_for_all();
  EXPECT_THAT(done, ElementsAre(2, 3, 4, 6, 8, 9));
  const std::string killed = ": its worker process was ended by signal 9 (out of memory?)";
  EXPECT_THAT(lost,
              UnorderedElementsAre("layer 0" + killed, "layer 1" + killed, "layer 5" + killed, "layer 7: no way"));
}

// Are jobs of a second batch begun while others of the first are still at work?
TEST(JobPool, StartsTheNextJobsBeforeTheLastOnesEnd) {
  std::vector<std::size_t> done;
  JobPool pool(2, [&](std::size_t job, const std::string&) { done.push_back(job); });
  const auto slow = [] {
    usleep(300'000);
    return std::string();
  };
  pool.start_all({{0, "slow", slow}, {1, "fast", [] { return std::string(); }}});
  pool.start_all({{2, "fast", [] { return std::string(); }}, {3, "fast", [] { return std::string(); }}});
  pool.wait_for_all();
  EXPECT_THAT(done, ElementsAre(1, 2, 3, 0));
}

// Does the first that goes wrong end all, if nobody is to be told?
TEST(JobPool, EndsAllWithTheFirstThatGoesWrong) {
  JobPool pool(3, [](std::size_t, const std::string&) {});
  try {
    pool.start_all(ten_jobs([](std::size_t job) -> std::string {
      if (job == 1) throw pruning::InputError({"a.h5", 0, 0, "conv1"}, "is missing");
      sleep(600);
      return {};
    }));
    ADD_FAILURE() << "no error";
  } catch (const pruning::InputError& error) {
    EXPECT_STREQ(error.what(), "a.h5: conv1: is missing");
  }
}

}  // namespace
}  // namespace sim
