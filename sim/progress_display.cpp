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

void ProgressDisplay::note(const std::string& text) {
  line(text);
  if (terminal_) fmt::print(stderr, "\n");
  shown_ = 0;
}

void ProgressDisplay::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (progress.layer.empty()) {
    start_ = now;
    first_ = progress;
    if (!progress.other_journal.empty()) {
      note(fmt::format("{}: not taken up, since it is of another configuration or program", progress.other_journal));
    }
    if (progress.taken_up > 0) {
      note(fmt::format("taken up: {} of {} layers were finished", progress.taken_up, progress.all));
    }
    if (terminal_) line(fmt::format("simulating {} layers", progress.all - progress.taken_up));
    return;
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string text = fmt::format("simulated {} of {}: {}, {} cycles in all", progress.finished, progress.all,
                                 progress.layer, count_text(progress.cycles));
  if (seconds > 0) {
    const auto products = static_cast<double>(progress.products - first_.products);
    text += fmt::format(", {:.1f} M products/s", products / seconds / 1e6);
  }
  const double done = progress.share - first_.share;
  if (done > 0 && progress.finished < progress.all) {
    text += fmt::format(", {:.0f} s left", seconds * (1 - progress.share) / done);
  }
  line(text);
}

}  // namespace sim
