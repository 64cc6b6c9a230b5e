// Do jobs give the same results however many processes share them, and does a failure come through?

#include "sim/job_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <map>
#include <new>
#include <stdexcept>

#include "pruning/input_error.hpp"

namespace sim {
namespace {

using ::testing::Pair;
using ::testing::UnorderedElementsAre;

JobResult with_cycles(std::int64_t cycles) {
  JobResult result;
  result.machines[0].cycles = cycles;
  return result;
}

TEST(JobPool, HandsBackEveryResultOnce) {
  for (const std::int64_t processes : {1, 2, 3, 100}) {
    std::multimap<std::size_t, std::int64_t> results;
    JobPool pool(processes,
                 [&](std::size_t job, const JobResult& result) { results.emplace(job, result.machines[0].cycles); });
    for (std::size_t job = 0; job < 5; ++job) {
      pool.start(job, "conv", [job] { return with_cycles(static_cast<std::int64_t>(100 + job)); });
    }
    pool.wait_for_all();
    EXPECT_THAT(results, UnorderedElementsAre(Pair(0, 100), Pair(1, 101), Pair(2, 102), Pair(3, 103), Pair(4, 104)))
        << processes;
  }
}

TEST(JobPool, WorksHereWithOneProcessOnly) {
  const pid_t here = getpid();
  for (const std::int64_t processes : {1, 2}) {
    JobPool pool(processes, [&](std::size_t, const JobResult& result) {
      EXPECT_EQ(result.machines[0].bit_exact, processes == 1) << processes;
    });
    pool.start(0, "conv", [&] {
      JobResult result;
      result.machines[0].bit_exact = getpid() == here;
      return result;
    });
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
    JobPool pool(processes, [](std::size_t, const JobResult&) {});
    for (std::size_t job = 0; job < 8; ++job) {
      pool.start(job, "conv", [&] {
        const int now = ++busy.now;
        for (int most = busy.most; most < now && !busy.most.compare_exchange_weak(most, now);) {
        }
        // The first wait for one another, however long their processes take to start; a pool that never lets them
        // be busy together fails after a minute.
        for (int waited = 0; busy.most < processes && waited < 60000; ++waited) usleep(1000);
        usleep(20000);
        --busy.now;
        return JobResult();
      });
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
  JobPool pool(processes, [](std::size_t, const JobResult&) {});
  try {
    if (processes > 1) {
      pool.start(0, "long", [] {
        sleep(600);
        return JobResult();
      });
    }
    pool.start(1, "conv1", job);
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
                                              []() -> JobResult {
                                                throw pruning::InputError({"a.h5", 0, 0, "conv1"}, "is missing");
                                              }),
              "a.h5: conv1: is missing");
    EXPECT_EQ(message_of<std::runtime_error>(processes, []() -> JobResult { throw std::logic_error("no way"); }),
              "layer conv1: no way");
    EXPECT_EQ(message_of<std::runtime_error>(processes, []() -> JobResult { throw std::bad_alloc(); }),
              "layer conv1: out of memory");
  }
}

TEST(JobPool, SaysWhichLayersProcessDied) {
  EXPECT_EQ(message_of<std::runtime_error>(2,
                                           []() -> JobResult {
                                             raise(SIGKILL);
                                             return {};
                                           }),
            "layer conv1: its worker process was ended by signal 9 (out of memory?)");
  EXPECT_EQ(message_of<std::runtime_error>(2, []() -> JobResult { _exit(3); }),
            "layer conv1: its worker process ended without a result");
}

}  // namespace
}  // namespace sim
