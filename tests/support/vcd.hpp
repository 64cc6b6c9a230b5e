#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// Reads waveforms as a viewer would.
namespace support {

struct VcdSignal {
  std::string type;                             ///< `wire 1`, for example
  std::map<std::int64_t, std::string> changes;  ///< by time; binary digits, z or a word

  /// At a time from the first on.
  [[nodiscard]] const std::string& at(std::int64_t time) const { return std::prev(changes.upper_bound(time))->second; }
  [[nodiscard]] bool is_there(std::int64_t time) const { return at(time) != "z"; }
  [[nodiscard]] std::int64_t number(std::int64_t time) const { return std::stoll(at(time), nullptr, 2); }
};

struct Vcd {
  std::string comment;
  std::string timescale;
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::map<std::string, VcdSignal> signals;  ///< by dotted path

  [[nodiscard]] const VcdSignal& operator[](const std::string& path) const { return signals.at(path); }
};

/// @throws std::runtime_error if the text is not a well-formed dump with rising times, changes only and every signal
///         known from the first time on
Vcd read_vcd(const std::string& text);

}  // namespace support
