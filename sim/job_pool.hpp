#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace sim {

/// Does jobs in processes of their own (SystemC's kernel is one per process), each a copy of this one as it was when
/// its first job was given; or, with one process, in this one.
class JobPool {
 public:
  /// @return the result, as bytes
  using Job = std::function<std::string()>;
  /// For messages it has a name, for example `layer conv1`.
  struct NamedJob {
    std::size_t number;
    std::string name;
    Job job;
  };
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
  /// @throws what a job throws: pruning::InputError as it is, and anything else as std::runtime_error with the job's
  ///         name; also if a process dies. Likewise below.
  void start(NamedJob job);
  /// Does jobs that are all known, or starts them, in this order as far as several processes can. Each process does one
  /// after another and so takes memory once; what one of them changes outside its result, later ones may see or not.
  void start_all(std::vector<NamedJob> jobs);
  /// Waits until one more process may be busy, for this one's own work.
  void make_room();
  void wait_for_all();

 private:
  class Batch;
  struct Worker {
    std::uint32_t id;
    pid_t process;
    int answers;  ///< descriptor of a pipe
    std::shared_ptr<Batch> batch;
  };

  void do_here(const NamedJob& job);
  void launch(const std::shared_ptr<Batch>& batch);
  /// Collects answers, and workers that have ended. @param milliseconds to wait for one; -1: until there is one
  void collect(int milliseconds);
  /// @return false if the worker has ended
  bool collect_answer(const Worker& worker);
  void bury(const Worker& worker);
  /// @throws unless there is somebody to be told
  void lose(std::size_t number, const std::string& problem);

  std::size_t processes_;
  Finished finished_;
  Lost lost_;
  std::vector<Worker> workers_;
  std::uint32_t launched_ = 0;
};

}  // namespace sim
