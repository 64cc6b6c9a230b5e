// A library of its own, the only one that knows MPI; ranks.cpp loads it.

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <deque>
#include <future>
#include <list>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "sim/sweep/ranks.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr std::chrono::seconds between_beats{1};
// MPI's own waiting keeps a processor busy that may be another rank's.
constexpr microseconds shortest_pause{10};
constexpr microseconds longest_pause_when_awaited{2'000};
constexpr microseconds longest_pause{50'000};
// What is still not sent then goes to a rank that is gone.
constexpr std::chrono::seconds to_send_the_rest{1};
// MPI_Finalize waits for all ranks, now and then for ones that are gone, too.
constexpr std::chrono::seconds to_part{20};

enum Tag : int { text_tag, beat_tag };

/// All of MPI is in one thread, which says that this process is there and takes in what arrives however long the
/// process is busy otherwise. Nothing in it waits for another rank: neither a send nor a receive ends if that is gone.
class MpiRanks final : public sim::Ranks {
 public:
  MpiRanks() {
    std::promise<void> started;
    std::promise<void> finished;
    finished_ = finished.get_future();
    thread_ = std::jthread([this, &started, finished = std::move(finished)](const std::stop_token& stop) mutable {
      initialise();
      started.set_value();
      if (!exchange(stop)) return;
      // What is under way stays in its place until the end of MPI, by which this object may be gone.
      const std::array under_way{std::move(sending_), std::move(receiving_)};
      MPI_Finalize();
      finished.set_value();
    });
    started.get_future().wait();
  }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, const std::string& text) override {
    const std::lock_guard lock(mutex_);
    outbox_.emplace_back(to, text_tag, text);
    changed_.notify_one();
  }

  std::optional<Message> receive(std::chrono::milliseconds wait) override {
    std::unique_lock lock(mutex_);
    awaited_ = true;
    changed_.notify_one();
    arrived_.wait_for(lock, wait, [this] { return !inbox_.empty(); });
    awaited_ = false;
    if (inbox_.empty()) return std::nullopt;
    Message message = std::move(inbox_.front());
    inbox_.pop_front();
    return message;
  }

  [[nodiscard]] std::chrono::seconds silence(int rank) const override {
    const std::lock_guard lock(mutex_);
    return between_beats * beats_since_heard_[static_cast<std::size_t>(rank)];
  }

  void finish() override {
    {
      const std::lock_guard lock(mutex_);
      finishing_ = true;
      thread_.request_stop();
      changed_.notify_one();
    }
    if (finished_.wait_for(to_part) == std::future_status::timeout) thread_.detach();
  }

 private:
  /// A message on its way.
  struct Transfer {
    Transfer(int other, Tag kind, std::string message = {}) : rank(other), tag(kind), text(std::move(message)) {}

    int rank;
    Tag tag;
    std::string text;
    MPI_Request request = MPI_REQUEST_NULL;
    bool failed = false;

    bool has_ended() {
      int ended = 0;
      failed = MPI_Test(&request, &ended, MPI_STATUS_IGNORE) != MPI_SUCCESS;
      return failed || ended != 0;
    }
  };
  using Transfers = std::list<Transfer>;  // in places that stay

  void initialise() {
    // Otherwise it ends a process that sends to one that is gone.
    std::signal(SIGPIPE, SIG_IGN);
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided);
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
    beats_since_heard_.resize(static_cast<std::size_t>(size_));
  }

  /// @return whether to end in good order
  bool exchange(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    auto next_beat = Clock::now();
    auto end = Clock::time_point::max();
    for (microseconds pause = shortest_pause;;) {
      const auto now = Clock::now();
      if (now >= next_beat) {
        beat();
        next_beat = now + between_beats;
      }
      const bool sent = send_all();
      const bool received = receive_all();
      if (stop.stop_requested()) {
        end = std::min(end, now + to_send_the_rest);
        if (sending_.empty() || now >= end) return finishing_;
      }
      const microseconds longest = awaited_ ? longest_pause_when_awaited : longest_pause;
      pause = sent || received ? shortest_pause : std::min(2 * pause, longest);
      changed_.wait_for(lock, pause);
    }
  }

  /// @return whether there was something to do, likewise below
  bool send_all() {
    const bool any = !outbox_.empty();
    for (Transfer& transfer : outbox_) {  // NOLINT(clang-analyzer-optin.mpi*): it is waited for by has_ended()
      MPI_Isend(transfer.text.data(), static_cast<int>(transfer.text.size()), MPI_BYTE, transfer.rank, transfer.tag,
                MPI_COMM_WORLD, &transfer.request);
    }
    sending_.splice(sending_.end(), outbox_);
    return std::erase_if(sending_, [](Transfer& transfer) { return transfer.has_ended(); }) > 0 || any;
  }

  bool receive_all() {
    bool any = false;
    for (;; any = true) {
      int arrived = 0;
      MPI_Message message = MPI_MESSAGE_NULL;
      MPI_Status status{};
      const int error = MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &arrived, &message, &status);
      if (error != MPI_SUCCESS || arrived == 0) break;
      beats_since_heard_[static_cast<std::size_t>(status.MPI_SOURCE)] = 0;
      if (status.MPI_TAG == beat_tag) {
        MPI_Mrecv(nullptr, 0, MPI_BYTE, &message, MPI_STATUS_IGNORE);
        continue;
      }
      int size = 0;
      MPI_Get_count(&status, MPI_BYTE, &size);
      Transfer& transfer = receiving_.emplace_back(status.MPI_SOURCE, text_tag);
      transfer.text.resize(static_cast<std::size_t>(size));
      MPI_Imrecv(transfer.text.data(), size, MPI_BYTE, &message, &transfer.request);
    }
    // Who sends a message waits for the answer before the next: none can overtake another.
    for (auto transfer = receiving_.begin(); transfer != receiving_.end();) {
      if (!transfer->has_ended()) {
        ++transfer;
        continue;
      }
      if (!transfer->failed) inbox_.push_back({transfer->rank, std::move(transfer->text)});
      transfer = receiving_.erase(transfer);
      arrived_.notify_one();
    }
    return any;
  }

  void beat() {
    const int last = rank_ == 0 ? size_ - 1 : 0;
    for (int other = rank_ == 0 ? 1 : 0; other <= last; ++other) {
      ++beats_since_heard_[static_cast<std::size_t>(other)];
      // Who does not take what was sent before needs no more of it.
      if (std::any_of(sending_.begin(), sending_.end(), [&](const Transfer& sent) { return sent.rank == other; })) {
        continue;
      }
      outbox_.emplace_back(other, beat_tag);
    }
  }

  int rank_ = 0;
  int size_ = 1;
  std::future<void> finished_;

  mutable std::mutex mutex_;         ///< of all that follows but the thread
  std::condition_variable changed_;  ///< there is something to send or to wait for
  std::condition_variable arrived_;
  Transfers outbox_;
  Transfers sending_;
  Transfers receiving_;
  std::deque<Message> inbox_;
  std::vector<int> beats_since_heard_;  ///< own ones, by rank: they stand still when this process does
  bool awaited_ = false;
  bool finishing_ = false;

  std::jthread thread_;
};

}  // namespace

extern "C" sim::Ranks* scnn_open_ranks() {
  return new MpiRanks;
}
