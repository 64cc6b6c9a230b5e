#include "sim/job_pool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "pruning/input_error.hpp"

namespace sim {

namespace {

/// What a worker hands back: this, then as many bytes of a result or a message.
struct Answer {
  enum Kind { done, refused, failed } kind = done;
  std::size_t size = 0;
};

/// @throws as `JobPool::start`
std::string done_by(const JobPool::Job& job, const std::string& name) {
  try {
    return job();
  } catch (const pruning::InputError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw std::runtime_error(name + ": out of memory");
  } catch (const std::exception& error) {
    throw std::runtime_error(name + ": " + error.what());
  }
}

/// A worker touches all its memory for the first time, page by page; with large pages that is no longer a tenth of its
/// work. Where there are none, nothing changes.
void prefer_large_pages() {
  constexpr std::size_t large_page = std::size_t{2} << 20;
  constexpr std::size_t room = std::size_t{512} << 20;
  ::mallopt(M_MMAP_MAX, 0);         // everything comes from the heap,
  ::mallopt(M_TRIM_THRESHOLD, -1);  // which grows by this much and then stays
  void* heap = std::malloc(room);
  if (heap == nullptr) return;
  void* begin = heap;
  std::size_t space = room;
  if (std::align(large_page, large_page, begin, space) != nullptr) ::madvise(begin, space, MADV_HUGEPAGE);
  std::free(heap);
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

/// The life of a worker.
void work(const JobPool::Job& job, const std::string& name, int pipe) {
  Answer answer;
  std::string text;
  prefer_large_pages();
  try {
    text = done_by(job, name);
  } catch (const pruning::InputError& error) {
    answer.kind = Answer::refused;
    text = error.what();
  } catch (const std::exception& error) {
    answer.kind = Answer::failed;
    text = error.what();
  }
  answer.size = text.size();
  // If that fails, the parent misses the answer and says so.
  if (write_all(pipe, &answer, sizeof answer)) write_all(pipe, text.data(), text.size());
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

/// @return false if the worker died without one
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

JobPool::JobPool(std::int64_t processes, Finished finished, Lost lost)
    : processes_(static_cast<std::size_t>(processes)), finished_(std::move(finished)), lost_(std::move(lost)) {}

JobPool::~JobPool() {
  for (const Worker& worker : workers_) ::kill(worker.process, SIGKILL);
  for (const Worker& worker : workers_) {
    wait_for_end(worker.process);
    ::close(worker.answer);
  }
}

void JobPool::start(std::size_t number, const std::string& name, const Job& job) {
  if (processes_ == 1) {
    std::string result;
    try {
      result = done_by(job, name);
    } catch (const pruning::InputError&) {
      throw;
    } catch (const std::runtime_error& error) {
      if (!lost_) throw;
      lost_(number, error.what());
      return;
    }
    finished_(number, result);
    return;
  }
  make_room();
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) fail_with(errno, "a pipe to a worker process");
  const pid_t parent = ::getpid();
  const pid_t process = ::fork();
  if (process == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // no worker outlives an interrupted run,
    std::signal(SIGINT, SIG_IGN);        // which is for the parent alone to end
    std::signal(SIGTERM, SIG_IGN);
    if (::getppid() == parent) work(job, name, pipe[1]);
    ::_exit(0);
  }
  const int error = errno;
  ::close(pipe[1]);
  if (process < 0) {
    ::close(pipe[0]);
    fail_with(error, "cannot start a worker process");
  }
  workers_.push_back({number, name, process, pipe[0]});
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
  for (const Worker& worker : workers_) answers.push_back({worker.answer, POLLIN, 0});
  if (::poll(answers.data(), answers.size(), milliseconds) < 0 && errno != EINTR) {
    fail_with(errno, "waiting for worker processes");
  }
  for (std::size_t i = answers.size(); i-- > 0;) {
    if (answers[i].revents == 0) continue;
    const Worker worker = std::move(workers_[i]);
    workers_.erase(workers_.begin() + static_cast<std::ptrdiff_t>(i));
    collect(worker);
  }
}

void JobPool::collect(const Worker& worker) {
  Answer answer;
  std::string text;
  const bool answered = read_answer(worker.answer, answer, text);
  ::close(worker.answer);
  const int status = wait_for_end(worker.process);
  if (answered && answer.kind == Answer::done) {
    finished_(worker.number, text);
    return;
  }
  if (answered && answer.kind == Answer::refused) throw pruning::InputError({}, text);
  if (!answered) {
    const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    text = signal == 0 ? fmt::format("{}: its worker process ended without a result", worker.name)
                       : fmt::format("{}: its worker process was ended by signal {}{}", worker.name, signal,
                                     signal == SIGKILL ? " (out of memory?)" : "");
  }
  if (!lost_) throw std::runtime_error(text);
  lost_(worker.number, text);
}

}  // namespace sim
