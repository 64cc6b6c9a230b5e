#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace scnn {

/// A block that can say what holds it up.
class Block {
 public:
  virtual ~Block() = default;
  /// What the block waits for, in words; empty if for nothing.
  [[nodiscard]] virtual std::string waiting_for() const = 0;
};

/// The simulation ran out of events before the work was done.
class NoProgress : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Runs the SystemC kernel until nothing is left to happen.
/// @throws NoProgress if `done` is still false then, with one line for each block that waits
void run_until_idle(const bool& done, const std::vector<const Block*>& blocks);

}  // namespace scnn
