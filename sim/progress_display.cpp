#include "sim/progress_display.hpp"

#include <fmt/format.h>

#include <string>

#include "sim/text.hpp"

namespace sim {

void ProgressDisplay::show(const Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (progress.layer.empty()) {
    start_ = now;
    first_ = progress;
    if (!progress.other_journal.empty()) {
      status_.note(
          fmt::format("{}: not taken up, since it is of another configuration or program", progress.other_journal));
    }
    if (progress.taken_up > 0) {
      status_.note(fmt::format("taken up: {} of {} layers were finished", progress.taken_up, progress.all));
    }
    if (status_.on_terminal()) status_.show(fmt::format("simulating {} layers", progress.all - progress.taken_up));
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
  status_.show(text);
}

}  // namespace sim
