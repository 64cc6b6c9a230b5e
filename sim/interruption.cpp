#include "sim/interruption.hpp"

#include <unistd.h>

#include <csignal>
#include <cstring>

namespace sim {

namespace {

const char* last_line = "";

/// Does only what a signal handler may.
extern "C" void end_at_once(int signal) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, last_line, std::strlen(last_line));
  ::_exit(128 + signal);
}

}  // namespace

void end_on_interrupt(const char* line) {
  last_line = line;
  std::signal(SIGINT, end_at_once);
  std::signal(SIGTERM, end_at_once);
}

void ignore_interrupts() {
  std::signal(SIGINT, SIG_IGN);
  std::signal(SIGTERM, SIG_IGN);
}

}  // namespace sim
