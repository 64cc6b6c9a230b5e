#include "sim/layer_jobs.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <numeric>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>

#include "models/scnn/scnn.hpp"
#include "pruning/input_error.hpp"

namespace sim {

namespace {

/// What all jobs share.
struct Work {
  const std::vector<PreparedLayer>& layers;
  const scnn::Parameters& accelerator;
  bool timing_only;
  const Observation& observation;
};

JobResult simulate(scnn::Scnn& machine, const Work& work, std::size_t job) {
  const PreparedLayer& layer = work.layers[job];
  const bool timing_only = work.timing_only;
  const auto& traced = work.observation.traced;
  std::optional<scnn::Waveform> waveform;
  scnn::Tracing tracing;
  if (traced && traced->job == job) {
    waveform.emplace(traced->trace.window);
    tracing = {&*waveform, traced->trace.pe};
  }
  const scnn::LayerOutcome outcome =
      machine.run(layer.operands, timing_only ? scnn::Arithmetic::off : scnn::Arithmetic::on, layer.outputs, tracing);
  if (waveform) write_trace(traced->trace, *waveform, outcome.cycles, work.accelerator.clock_ghz);
  JobResult result;
  result.cycles = outcome.cycles;
  result.mapping = {outcome.output_channels_per_group, outcome.groups, outcome.temporal_rows, outcome.temporal_columns};
  result.weight_placeholders = outcome.weight_placeholders;
  result.counters = outcome.counters;
  result.counters.dram_activation_bytes_read = layer.place.input_from_dram ? outcome.input_bytes : 0;
  result.counters.dram_activation_bytes_written = layer.place.output_to_dram ? outcome.output_bytes : 0;
  result.pe_cycles = outcome.pe_cycles;
  result.bit_exact = !timing_only && outcome.sums == layer.sums && outcome.outputs == layer.outputs;
  return result;
}

/// Jobs with the most work first, so that no worker is left with a large one at the end.
std::vector<std::size_t> largest_first(const std::vector<PreparedLayer>& layers) {
  std::vector<double> work;
  for (const PreparedLayer& layer : layers) work.push_back(expected_products(layer));
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work[a] > work[b]; });
  return order;
}

/// What workers and their parent share. Plain data in anonymous shared memory.
struct Slot {
  enum State : int { waiting, done, refused, failed };
  std::atomic<int> state{waiting};
  JobResult result;
  char error[480] = {};
};
static_assert(std::is_trivially_copyable_v<JobResult>);
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::size_t>::is_always_lock_free);

class Board {
 public:
  explicit Board(std::size_t slots) : slots_(slots), bytes_(sizeof(Header) + slots * sizeof(Slot)) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "shared memory for workers");
    header_ = new (memory) Header;
    first_ = reinterpret_cast<Slot*>(static_cast<char*>(memory) + sizeof(Header));
    for (std::size_t i = 0; i < slots; ++i) new (first_ + i) Slot;
  }
  ~Board() { munmap(header_, bytes_); }
  Board(const Board&) = delete;
  Board& operator=(const Board&) = delete;

  /// The next job nobody has taken, or the number of jobs.
  std::size_t take() { return std::min(header_->next.fetch_add(1), slots_); }
  Slot& operator[](std::size_t i) { return first_[i]; }

 private:
  struct alignas(64) Header {
    std::atomic<std::size_t> next{0};
  };

  std::size_t slots_;
  std::size_t bytes_;
  Header* header_ = nullptr;
  Slot* first_ = nullptr;
};

/// The life of a worker process.
void work_through(Board& board, const std::vector<std::size_t>& order, const Work& work) {
  std::size_t job = order.size();
  const auto fail = [&](const std::exception& error, Slot::State state) {
    if (job == order.size()) job = order.front();
    std::strncpy(board[job].error, error.what(), sizeof(Slot::error) - 1);
    board[job].state.store(state, std::memory_order_release);
  };
  try {
    scnn::Scnn machine(work.accelerator, work.observation.evaluation);
    for (std::size_t i = board.take(); i < order.size(); i = board.take()) {
      job = order[i];
      board[job].result = simulate(machine, work, job);
      board[job].state.store(Slot::done, std::memory_order_release);
    }
  } catch (const pruning::InputError& error) {
    fail(error, Slot::refused);
  } catch (const std::exception& error) {
    fail(error, Slot::failed);
  }
}

class Workers {
 public:
  ~Workers() {
    for (const pid_t pid : running_) kill(pid, SIGKILL);
    for (const pid_t pid : running_) waitpid(pid, nullptr, 0);
  }

  template <class Life>
  void start(Life life) {
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) throw std::system_error(errno, std::generic_category(), "cannot start a worker process");
    if (pid > 0) {
      running_.push_back(pid);
      return;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // no worker outlives an interrupted run
    if (getppid() == parent) life();
    _exit(0);
  }

  [[nodiscard]] bool any() const { return !running_.empty(); }

  /// Collects workers that have ended. @throws std::runtime_error if one did not end well
  void reap() {
    for (auto pid = running_.begin(); pid != running_.end();) {
      int status = 0;
      if (waitpid(*pid, &status, WNOHANG) == 0) {
        ++pid;
        continue;
      }
      pid = running_.erase(pid);
      if (WIFSIGNALED(status)) {
        throw std::runtime_error("a worker process was ended by signal " + std::to_string(WTERMSIG(status)) +
                                 (WTERMSIG(status) == SIGKILL ? " (out of memory?)" : ""));
      }
    }
  }

 private:
  std::vector<pid_t> running_;
};

std::vector<JobResult> run_in_workers(const Work& work, std::size_t jobs, const JobProgress& progress) {
  const std::vector<PreparedLayer>& layers = work.layers;
  const std::vector<std::size_t> order = largest_first(layers);
  Board board(layers.size());
  Workers workers;
  for (std::size_t i = 0; i < jobs; ++i) {
    workers.start([&] { work_through(board, order, work); });
  }

  std::vector<JobResult> results(layers.size());
  std::vector<bool> seen(layers.size(), false);
  for (bool running = true; running;) {
    running = workers.any();
    workers.reap();
    for (std::size_t i = 0; i < layers.size(); ++i) {
      if (seen[i]) continue;
      const int state = board[i].state.load(std::memory_order_acquire);
      if (state == Slot::refused) throw pruning::InputError({}, board[i].error);
      if (state == Slot::failed) throw std::runtime_error(board[i].error);
      if (state != Slot::done) continue;
      seen[i] = true;
      results[i] = board[i].result;
      if (progress) progress(i, results[i]);
    }
    if (running) usleep(2000);
  }
  if (std::find(seen.begin(), seen.end(), false) != seen.end()) {
    throw std::runtime_error("the worker processes ended before the work was done");
  }
  return results;
}

}  // namespace

double expected_products(const PreparedLayer& layer) {
  const auto& shape = layer.operands.shape;
  const auto& weights = layer.operands.filters->weights;
  const auto nonzero = std::ssize(weights) - std::count(weights.begin(), weights.end(), std::int16_t{0});
  return static_cast<double>(nonzero) * static_cast<double>(layer.nonzero_activations) /
         (static_cast<double>(shape.C) * shape.stride.rows * shape.stride.columns);
}

std::vector<JobResult> run_jobs(const std::vector<PreparedLayer>& layers, const scnn::Parameters& accelerator,
                                bool timing_only, std::int64_t jobs, const JobProgress& progress,
                                const Observation& observation) {
  const Work work{layers, accelerator, timing_only, observation};
  const auto workers = std::min(static_cast<std::size_t>(jobs), layers.size());
  if (workers > 1) return run_in_workers(work, workers, progress);
  std::vector<JobResult> results;
  scnn::Scnn machine(accelerator, observation.evaluation);
  for (std::size_t job = 0; job < layers.size(); ++job) {
    results.push_back(simulate(machine, work, job));
    if (progress) progress(job, results.back());
  }
  return results;
}

}  // namespace sim
