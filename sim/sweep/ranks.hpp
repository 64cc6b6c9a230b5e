#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace sim {

/// Processes that do one job together, perhaps on many hosts, and send each other messages. They count from 0. Any of
/// them may die or be cut off at any time: rank 0 and each of the others hear of each other all the time, however busy
/// they are, and so can tell.
class Ranks {
 public:
  struct Message {
    int from = 0;
    std::string text;
  };

  virtual ~Ranks() = default;
  [[nodiscard]] virtual int rank() const = 0;
  [[nodiscard]] virtual int size() const = 0;
  /// Does not wait until the message arrives, which it never does at a rank that is gone.
  virtual void send(int to, const std::string& text) = 0;
  /// Waits for a message from anybody for so long, and leaves the processor to others meanwhile.
  virtual std::optional<Message> receive(std::chrono::milliseconds wait) = 0;
  /// How long nothing has been heard of a rank: of rank 0, or, by rank 0, of any other. Time in which this process
  /// itself stood still does not count.
  [[nodiscard]] virtual std::chrono::seconds silence(int rank) const = 0;
  /// Parts in good order, when every rank does. What becomes of the others when one ends without is up to who started
  /// them.
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
