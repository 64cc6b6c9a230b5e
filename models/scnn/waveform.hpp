#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace scnn {

/// Cycles from `from` to before `to`, counted from the start of a pass.
struct CycleWindow {
  std::int64_t from = 0;
  std::int64_t to = 0;
};

/// How signals changed during a window of cycles, and its text as a value change dump (VCD, IEEE 1364), which GTKWave
/// opens.
///
/// Blocks declare their signals below their own names and then say, cycle by cycle, what they are: `at` chooses the
/// cycle, the calls after it belong to that cycle. Different blocks may be ahead of each other; what is said of one
/// signal must come in the order of cycles, except for levels. Only changes are kept, and only those of the window.
class Waveform {
 public:
  enum class Signal : std::size_t {};

  /// Stands for a number that is not there at this time, shown as high impedance.
  static constexpr std::int64_t nothing = -1;

  /// @param window of less than 2^32 cycles
  explicit Waveform(CycleWindow window) : window_(window) {}

  /// Signals by dotted path, each scope and name without blanks. A signal is at rest until it is set.
  Signal flag(std::string path);                                 ///< 0 or 1, rests at 0
  Signal cycle(std::string path);                                ///< number of a cycle, rests at nothing
  Signal number(std::string path, std::int64_t rest = nothing);  ///< less than 2^32 - 1
  Signal level(std::string path);                                ///< a number that only `add` changes, from 0
  Signal word(std::string path);                                 ///< a text without blanks

  Waveform& at(std::int64_t cycle) {
    now_ = cycle;
    return *this;
  }
  /// From this cycle on; what was set for this cycle or a later one is forgotten.
  void set(Signal signal, std::int64_t value) { set(signal, now_, value); }
  void set(Signal signal, std::string_view word) { set(signal, now_, number_of(word)); }
  /// For this cycle only; at rest from the next one on.
  void pulse(Signal signal, std::int64_t value);
  /// Changes a level from this cycle on, in any order of cycles.
  void add(Signal level, std::int64_t difference);
  /// The pass ended before this cycle, and so does the window. To be called once, when all is said.
  void end();

  /// Whether the pass ended before the window began.
  [[nodiscard]] bool empty() const { return window_.to <= window_.from; }

  /// Takes the VCD text, part by part.
  using Writer = std::function<void(std::string_view)>;

  /// Writes the VCD text: for equal changes the same bytes. Cycle c begins at time c / clock_ghz, in the coarsest unit
  /// in which a cycle is a whole number, or rounded to femtoseconds. @param comment put in front
  void write(std::string_view comment, double clock_ghz, const Writer& writer) const;

 private:
  enum class Kind { flag, cycle, number, word };
  /// Kept small: a long window holds tens of millions of them.
  struct Change {
    std::uint32_t cycle = 0;  ///< in the window
    std::uint32_t value = 0;  ///< of a cycle or a word: its position in `cycles_` or `words_`
  };
  struct Trace {
    std::string path;
    std::string code;  ///< short name in the file
    Kind kind = Kind::number;
    std::int64_t rest = 0;
    std::deque<Change> changes;                        ///< in the order of cycles
    std::map<std::int64_t, std::int64_t> differences;  ///< of a level, by cycle in the window
  };

  Signal declare(std::string path, Kind kind, std::int64_t rest);
  void set(Signal signal, std::int64_t cycle, std::int64_t value);
  [[nodiscard]] std::int64_t number_of(std::string_view word);
  [[nodiscard]] std::int64_t value_of(Kind kind, std::uint32_t stored) const;
  [[nodiscard]] std::string declarations() const;
  void append_value(std::string& text, std::size_t signal, std::int64_t value) const;

  CycleWindow window_;
  std::int64_t now_ = 0;
  std::vector<Trace> traces_;
  std::vector<std::int64_t> cycles_;
  std::vector<std::string> words_{"-"};  ///< the first is a word at rest
};

}  // namespace scnn
