#include "sim/status_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>

namespace sim {

namespace {

/// What fits on the terminal, where a line that wraps could not be rewritten.
std::string cut(const std::string& text) {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2) return text;
  return text.substr(0, size.ws_col - 1U);
}

}  // namespace

StatusLine::StatusLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

StatusLine::~StatusLine() {
  if (terminal_ && shown_ > 0) fmt::print(stderr, "\r{:{}}\r", "", shown_);
}

void StatusLine::show(const std::string& text) {
  if (terminal_) {
    const std::string line = cut(text);
    fmt::print(stderr, "\r{:<{}}", line, shown_);
    shown_ = line.size();
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

void StatusLine::note(const std::string& text) {
  if (terminal_) fmt::print(stderr, "\r{:{}}\r", "", shown_);
  fmt::print(stderr, "{}\n", text);
  shown_ = 0;
}

}  // namespace sim
