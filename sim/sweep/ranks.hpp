#pragma once

#include <memory>
#include <string>

namespace sim {

/// Processes that do one job together, perhaps on many hosts, and send each other messages. They count from 0.
class Ranks {
 public:
  struct Message {
    int from = 0;
    std::string text;
  };

  virtual ~Ranks() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  virtual void send(int to, const std::string& text) = 0;
  /// Waits for a message from anybody, and leaves the processor to others meanwhile.
  virtual Message receive() = 0;
  /// Parts in good order, when every rank does. One that ends without takes all others with it.
  virtual void finish() = 0;
};

/// What the library of mpi_ranks.cpp gives, which is loaded only where it is needed: to load MPI takes longer than to
/// start the program.
using OpenRanks = Ranks*();
inline constexpr const char* open_ranks = "scnn_open_ranks";

/// The ranks that mpirun or srun started together with this process; nothing if there are no others.
/// @throws std::runtime_error if there are, but the library that does so is missing
std::unique_ptr<Ranks> ranks_of_this_job();

}  // namespace sim
