// A library of its own, the only one that knows MPI; ranks.cpp loads it.

#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "sim/sweep/ranks.hpp"

namespace {

class MpiRanks final : public sim::Ranks {
 public:
  MpiRanks() {
    MPI_Init(nullptr, nullptr);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }

  [[nodiscard]] int rank() const override { return rank_; }
  [[nodiscard]] int size() const override { return size_; }

  void send(int to, const std::string& text) override {
    MPI_Send(text.data(), static_cast<int>(text.size()), MPI_BYTE, to, 0, MPI_COMM_WORLD);
  }

  Message receive() override {
    using std::chrono::microseconds;
    MPI_Message message = MPI_MESSAGE_NULL;
    MPI_Status status{};
    int arrived = 0;
    // MPI's own waiting keeps a processor busy that may be another rank's.
    for (microseconds pause(10);; pause = std::min(2 * pause, microseconds(2000))) {
      MPI_Improbe(MPI_ANY_SOURCE, 0, MPI_COMM_WORLD, &arrived, &message, &status);
      if (arrived != 0) break;
      std::this_thread::sleep_for(pause);
    }
    int size = 0;
    MPI_Get_count(&status, MPI_BYTE, &size);
    Message received{status.MPI_SOURCE, std::string(static_cast<std::size_t>(size), '\0')};
    MPI_Mrecv(received.text.data(), size, MPI_BYTE, &message, MPI_STATUS_IGNORE);
    return received;
  }

  void finish() override { MPI_Finalize(); }

 private:
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace

extern "C" sim::Ranks* scnn_open_ranks() {
  return new MpiRanks;
}
