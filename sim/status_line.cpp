#include "sim/status_line.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace sim {

StatusLine::StatusLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

StatusLine::~StatusLine() {
  if (terminal_ && shown_ > 0) fmt::print(stderr, "\r{:{}}\r", "", shown_);
}

void StatusLine::show(const std::string& text) {
  if (terminal_) {
    fmt::print(stderr, "\r{:<{}}", text, shown_);
    shown_ = text.size();
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

void StatusLine::note(const std::string& text) {
  show(text);
  if (terminal_) fmt::print(stderr, "\n");
  shown_ = 0;
}

}  // namespace sim
