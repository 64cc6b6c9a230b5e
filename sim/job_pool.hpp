#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "sim/layer_job.hpp"

namespace sim {

/// Does jobs in processes of their own (SystemC's kernel is one per process), each a copy of this one as it was when
/// the job was given; or, with one process, in this one.
class JobPool {
 public:
  using Job = std::function<JobResult()>;
  /// Called in this process as each job ends: its number and result.
  using Finished = std::function<void(std::size_t, const JobResult&)>;

  /// @param processes that may be busy at a time, this one among them
  JobPool(std::int64_t processes, Finished finished);
  /// Ends the processes that are still busy.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  /// Does a job, or starts it as soon as a process may.
  /// @param layer named in messages
  /// @throws what a job throws: pruning::InputError as it is, and anything else as std::runtime_error with the layer's
  ///         name; also if a process dies. Likewise below.
  void start(std::size_t number, const std::string& layer, const Job& job);
  /// Waits until one more process may be busy, for this one's own work.
  void make_room();
  void wait_for_all();

 private:
  struct Worker {
    std::size_t number;
    std::string layer;
    pid_t process;
    int answer;  ///< descriptor of a pipe
  };

  /// Collects workers that have ended. @param milliseconds to wait for one; -1: until one has
  void collect(int milliseconds);
  void collect(const Worker& worker);

  std::size_t processes_;
  Finished finished_;
  std::vector<Worker> workers_;
};

}  // namespace sim
