#include "sim/job_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "pruning/input_error.hpp"

namespace sim {

namespace {

/// What a worker hands back of a job: this, then as many bytes of a result or a message.
struct Answer {
  enum Kind { done, refused, failed } kind = done;
  std::size_t job = 0;  ///< of its batch
  std::size_t size = 0;
};

/// @throws as `JobPool::start`
std::string result_of(const JobPool::NamedJob& job) {
  try {
    return job.job();
  } catch (const pruning::InputError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw std::runtime_error(job.name + ": out of memory");
  } catch (const std::exception& error) {
    throw std::runtime_error(job.name + ": " + error.what());
  }
}

/// @return false if nobody reads any more
bool write_all(int pipe, const void* bytes, std::size_t size) {
  for (const char* at = static_cast<const char*>(bytes); size > 0;) {
    const ssize_t count = ::write(pipe, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

[[noreturn]] void fail_with(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

bool read_all(int pipe, void* bytes, std::size_t size) {
  for (char* at = static_cast<char*>(bytes); size > 0;) {
    const ssize_t count = ::read(pipe, at, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    at += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

/// @return false if the worker ended without one
bool read_answer(int pipe, Answer& answer, std::string& text) {
  if (!read_all(pipe, &answer, sizeof answer)) return false;
  text.resize(answer.size);
  return read_all(pipe, text.data(), text.size());
}

int wait_for_end(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

/// Jobs that some workers share. Which of them does which stands in memory that all processes see, so that it is known
/// also of one that dies.
class JobPool::Batch {
 public:
  explicit Batch(std::vector<NamedJob> all) : jobs_(std::move(all)), ended_(jobs_.size()) {
    void* memory = ::mmap(nullptr, size(), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) fail_with(errno, "memory that worker processes share");
    workers_ = new (memory) std::atomic<std::uint32_t>[jobs_.size()]();
  }
  ~Batch() { ::munmap(workers_, size()); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// The next job that nobody has taken, for a worker. @return its place; nothing if there is none
  std::optional<std::size_t> take(std::uint32_t worker) {
    for (; taken_ < jobs_.size(); ++taken_) {
      std::uint32_t nobody = 0;
      if (workers_[taken_].compare_exchange_strong(nobody, worker)) return taken_;
    }
    return std::nullopt;
  }
  void end(std::size_t job) { ended_[job] = true; }
  /// The job that a worker took and did not end.
  [[nodiscard]] std::optional<std::size_t> at_work(std::uint32_t worker) const {
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      if (workers_[i] == worker && !ended_[i]) return i;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool all_taken() {
    while (taken_ < jobs_.size() && workers_[taken_] != 0) ++taken_;
    return taken_ == jobs_.size();
  }
  [[nodiscard]] const NamedJob& operator[](std::size_t job) const { return jobs_[job]; }
  [[nodiscard]] std::size_t count() const { return jobs_.size(); }

  /// The life of a worker. @param first that it has taken already
  void work(std::uint32_t worker, std::size_t first, int pipe) {
    for (std::optional<std::size_t> job = first; job; job = take(worker)) {
      Answer answer{Answer::done, *job};
      std::string text;
      try {
        text = result_of(jobs_[*job]);
      } catch (const pruning::InputError& error) {
        answer.kind = Answer::refused;
        text = error.what();
      } catch (const std::exception& error) {
        answer.kind = Answer::failed;
        text = error.what();
      }
      answer.size = text.size();
      // If that fails, the parent misses the answer and says so.
      if (!write_all(pipe, &answer, sizeof answer) || !write_all(pipe, text.data(), text.size())) return;
    }
  }

 private:
  [[nodiscard]] std::size_t size() const { return jobs_.size() * sizeof(std::atomic<std::uint32_t>); }

  std::vector<NamedJob> jobs_;
  std::vector<bool> ended_;                        ///< in this process' view
  std::size_t taken_ = 0;                          ///< likewise: all before are taken
  std::atomic<std::uint32_t>* workers_ = nullptr;  ///< that took each; 0: nobody
};

JobPool::JobPool(std::int64_t processes, Finished finished, Lost lost)
    : processes_(static_cast<std::size_t>(processes)), finished_(std::move(finished)), lost_(std::move(lost)) {}

JobPool::~JobPool() {
  for (const Worker& worker : workers_) ::kill(worker.process, SIGKILL);
  for (const Worker& worker : workers_) {
    wait_for_end(worker.process);
    ::close(worker.answers);
  }
}

void JobPool::start(NamedJob job) {
  start_all({std::move(job)});
}

void JobPool::start_all(std::vector<NamedJob> jobs) {
  if (jobs.empty()) return;
  if (processes_ == 1) {
    for (const NamedJob& job : jobs) do_here(job);
    return;
  }
  const auto batch = std::make_shared<Batch>(std::move(jobs));
  collect(0);
  while (!batch->all_taken()) {
    if (workers_.size() < processes_) {
      launch(batch);
    } else {
      collect(-1);
    }
  }
}

void JobPool::do_here(const NamedJob& job) {
  std::string result;
  try {
    result = result_of(job);
  } catch (const pruning::InputError&) {
    throw;
  } catch (const std::runtime_error& error) {
    return lose(job.number, error.what());
  }
  finished_(job.number, result);
}

/// Starts a worker, unless nothing is left to do.
void JobPool::launch(const std::shared_ptr<Batch>& batch) {
  const std::uint32_t id = ++launched_;
  const std::optional<std::size_t> first = batch->take(id);
  if (!first) return;
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) fail_with(errno, "a pipe to a worker process");
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no worker outlives an interrupted run,
    std::signal(SIGINT, SIG_IGN);        // which is for the parent alone to end
    std::signal(SIGTERM, SIG_IGN);
    if (::getppid() == parent) batch->work(id, *first, pipe[1]);
    ::_exit(0);
  }
  const int error = errno;
  ::close(pipe[1]);
  if (process < 0) {
    ::close(pipe[0]);
    fail_with(error, "cannot start a worker process");
  }
  workers_.push_back({id, process, pipe[0], batch});
}

void JobPool::lose(std::size_t number, const std::string& problem) {
  if (!lost_) throw std::runtime_error(problem);
  lost_(number, problem);
}

void JobPool::wait_for_all() {
  while (!workers_.empty()) collect(-1);
}

void JobPool::make_room() {
  collect(0);
  while (workers_.size() >= processes_) collect(-1);
}

void JobPool::collect(int milliseconds) {
  std::vector<pollfd> answers;
  for (const Worker& worker : workers_) answers.push_back({worker.answers, POLLIN, 0});
  if (::poll(answers.data(), answers.size(), milliseconds) < 0 && errno != EINTR) {
    fail_with(errno, "waiting for worker processes");
  }
  for (std::size_t i = answers.size(); i-- > 0;) {
    if (answers[i].revents == 0) continue;
    Worker worker = workers_[i];
    if (collect_answer(worker)) continue;
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    bury(worker);
  }
}

bool JobPool::collect_answer(const Worker& worker) {
  Answer answer;
  std::string text;
  if (!read_answer(worker.answers, answer, text)) return false;
  worker.batch->end(answer.job);
  const NamedJob& job = (*worker.batch)[answer.job];
  switch (answer.kind) {
    case Answer::done:
      finished_(job.number, text);
      break;
    case Answer::refused:
      throw pruning::InputError({}, text);
    case Answer::failed:
      lose(job.number, text);
  }
  return true;
}

/// Sees to a worker that has ended: in good order only if it was at work on nothing.
void JobPool::bury(const Worker& worker) {
  ::close(worker.answers);
  const int status = wait_for_end(worker.process);
  const std::optional<std::size_t> lost = worker.batch->at_work(worker.id);
  if (!lost) return;
  const NamedJob& job = (*worker.batch)[*lost];
  worker.batch->end(*lost);
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  lose(job.number, signal == 0 ? fmt::format("{}: its worker process ended without a result", job.name)
                               : fmt::format("{}: its worker process was ended by signal {}{}", job.name, signal,
                                             signal == SIGKILL ? " (out of memory?)" : ""));
}

}  // namespace sim
