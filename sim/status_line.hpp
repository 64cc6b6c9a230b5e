#pragma once

#include <cstddef>
#include <string>

namespace sim {

/// What a long run says on standard error: one line that is rewritten on a terminal, plain lines elsewhere.
class StatusLine {
 public:
  StatusLine();
  /// Takes the line away.
  ~StatusLine();
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;

  [[nodiscard]] bool on_terminal() const { return terminal_; }
  void show(const std::string& text);
  /// A line that stays.
  void note(const std::string& text);

 private:
  bool terminal_;
  std::size_t shown_ = 0;  ///< width of the line on the terminal
};

}  // namespace sim
