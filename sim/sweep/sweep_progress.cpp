#include "sim/sweep/sweep_progress.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/text.hpp"

namespace sim {

namespace {

constexpr std::chrono::milliseconds between_updates{100};  // on a terminal
constexpr std::chrono::seconds between_lines{10};          // elsewhere
constexpr std::size_t most_reasons = 20;

double seconds_of(auto duration) {
  return std::chrono::duration<double>(duration).count();
}

/// Counts as they are: the objective's name says of what.
std::string value_text(const SweepDatabase::Best& best) {
  if (best.value == std::floor(best.value) && best.value < 1e15) return decimal_text(best.value, 0);
  const Scale scale = best.unit == "pJ" ? scale_for(best.value, best.unit) : Scale{1, best.unit};
  return fmt::format("{:.5g} {}", best.value / scale.factor, scale.unit);
}

}  // namespace

SweepProgress::SweepProgress(const SweepPlan& plan, SweepDatabase& database, std::size_t all, std::size_t before)
    : plan_(plan), database_(database), all_(all), before_(before), done_(before) {
  if (before_ > 0) status_.note(fmt::format("taken up: {} of {} points were done", before_, all_));
}

void SweepProgress::finished(std::size_t point, const PointOutcome& outcome) {
  ++done_;
  if (outcome.reason && ++invalid_ <= most_reasons) {
    status_.note(fmt::format("point {} is invalid ({}): {}", point + 1, plan_.description(point), *outcome.reason));
    if (invalid_ == most_reasons) status_.note("further invalid points are in the database with their reasons");
  }
  const auto now = Clock::now();
  if (status_.on_terminal() ? now - shown_ < between_updates : now - shown_ < between_lines) return;
  shown_ = now;
  status_.show(text());
}

void SweepProgress::lost(const std::string& problem) {
  status_.note(problem + "; it stays to be done");
}

void SweepProgress::note(const std::string& text) {
  status_.note(text);
}

void SweepProgress::end() {
  status_.note(text());
}

std::string SweepProgress::text() {
  std::string text = fmt::format("{} of {} points", done_, all_);
  const double seconds = seconds_of(Clock::now() - start_);
  const double rate = static_cast<double>(done_ - before_) / seconds;
  if (done_ > before_) text += fmt::format(", {:.3g}/s", rate);
  if (done_ > before_ && done_ < all_) {
    text += fmt::format(", {} left", time_text(static_cast<double>(all_ - done_) / rate));
  }
  for (const Objective& objective : plan_.sweep().objectives) {
    if (const auto best = database_.best(objective)) {
      text += fmt::format("; least {} {} (point {})", objective.name, value_text(*best), best->point + 1);
    }
  }
  return text;
}

}  // namespace sim
