#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace sim {

/// Does jobs in processes of their own (SystemC's kernel is one per process), each a copy of this one as it was when
/// the job was given; or, with one process, in this one.
class JobPool {
 public:
  /// @return the result, as bytes
  using Job = std::function<std::string()>;
  /// Called in this process as each job ends: its number and result.
  using Finished = std::function<void(std::size_t, const std::string&)>;
  /// Called in this process for a job that failed, or whose process died: its number and what happened.
  using Lost = std::function<void(std::size_t, const std::string&)>;

  /// @param processes that may be busy at a time, this one among them
  /// @param lost nothing: what would be told to it ends everything with an exception
  JobPool(std::int64_t processes, Finished finished, Lost lost = {});
  /// Ends the processes that are still busy.
  ~JobPool();
  JobPool(const JobPool&) = delete;
  JobPool& operator=(const JobPool&) = delete;

  /// Does a job, or starts it as soon as a process may.
  /// @param name for messages, for example `layer conv1`
  /// @throws what a job throws: pruning::InputError as it is, and anything else as std::runtime_error with the job's
  ///         name; also if a process dies. Likewise below.
  void start(std::size_t number, const std::string& name, const Job& job);
  /// Waits until one more process may be busy, for this one's own work.
  void make_room();
  void wait_for_all();

 private:
  struct Worker {
    std::size_t number;
    std::string name;
    pid_t process;
    int answer;  ///< descriptor of a pipe
  };

  /// Collects workers that have ended. @param milliseconds to wait for one; -1: until one has
  void collect(int milliseconds);
  void collect(const Worker& worker);

  std::size_t processes_;
  Finished finished_;
  Lost lost_;
  std::vector<Worker> workers_;
};

}  // namespace sim
