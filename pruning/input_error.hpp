#pragma once

#include <stdexcept>
#include <string>

namespace pruning {

/// Where a bad input stands. Empty or zero fields are not known and are not printed.
struct Location {
  std::string file;
  int line = 0;     ///< from 1
  int column = 0;   ///< from 1
  std::string key;  ///< dotted key, data set or layer
};

/// Input that a user can mend. `what()` is the one line to show:
/// `FILE:LINE:COLUMN: KEY: problem`, where problem says what is wrong, what was given and
/// what is allowed.
class InputError : public std::runtime_error {
 public:
  InputError(Location location, const std::string& problem);

  [[nodiscard]] const Location& location() const noexcept { return location_; }

 private:
  Location location_;
};

}  // namespace pruning
