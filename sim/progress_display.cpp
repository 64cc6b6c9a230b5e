#include "sim/progress_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "sim/text.hpp"

namespace sim {

ProgressDisplay::ProgressDisplay() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressDisplay::~ProgressDisplay() {
  if (terminal_ && shown_ > 0) fmt::print(stderr, "\r{:{}}\r", "", shown_);
}

void ProgressDisplay::line(const std::string& text) {
  if (terminal_) {
    fmt::print(stderr, "\r{:<{}}", text, shown_);
    shown_ = text.size();
  } else {
    fmt::print(stderr, "{}\n", text);
  }
  std::fflush(stderr);
}

void ProgressDisplay::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (progress.stage == Progress::Stage::preparing) {
    if (terminal_) line(fmt::format("preparing {} of {}: {}", progress.step + 1, progress.steps, progress.layer));
    return;
  }
  if (progress.step == 0) {
    simulation_start_ = now;
    if (terminal_) line(fmt::format("simulating {} layers", progress.steps));
    return;
  }
  const double seconds = std::chrono::duration<double>(now - simulation_start_).count();
  std::string text = fmt::format("simulated {} of {}: {}, {} cycles in all", progress.step, progress.steps,
                                 progress.layer, count_text(progress.cycles));
  if (seconds > 0) text += fmt::format(", {:.1f} M products/s", static_cast<double>(progress.products) / seconds / 1e6);
  if (progress.share > 0 && progress.step < progress.steps) {
    text += fmt::format(", {:.0f} s left", seconds * (1 - progress.share) / progress.share);
  }
  line(text);
}

}  // namespace sim
