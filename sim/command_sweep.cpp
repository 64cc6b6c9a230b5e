#include "sim/command_sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <stdexcept>

#include "sim/status_line.hpp"
#include "sim/sweep/point_simulation.hpp"
#include "sim/sweep/rank_simulation.hpp"
#include "sim/sweep/sweep_database.hpp"
#include "sim/sweep/sweep_estimate.hpp"
#include "sim/sweep/sweep_file.hpp"
#include "sim/sweep/sweep_plan.hpp"
#include "sim/sweep/sweep_progress.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace fs = std::filesystem;

namespace {

fs::path output_of(const SweepCommand& command, const SweepPlan& plan) {
  if (command.output) return *command.output;
  std::string name = plan.sweep().name;
  if (command.shard.count > 1) name += fmt::format("-{}-of-{}", command.shard.index, command.shard.count);
  return fs::path("out") / (name + ".db");
}

/// Points that share tensors stay together, as far as that goes: a shard is a run of the order of tensors.
std::vector<std::size_t> points_of(const SweepPlan& plan, const Shard& shard) {
  std::vector<std::size_t> points(plan.points().size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = i;
  points = in_order_of_tensors(plan, std::move(points));
  const auto at = [&](std::int64_t part) { return std::ssize(points) * part / shard.count; };
  return {points.begin() + at(shard.index - 1), points.begin() + at(shard.index)};
}

void warn_of_small_sample(const SweepPlan& plan) {
  const std::optional<Sample>& sample = plan.sweep().sample;
  const std::int64_t found = std::ssize(plan.points());
  if (!sample || found == sample->points) return;
  StatusLine().note(
      fmt::format("warning: sample asks for {} points, but no more than {} were found that meet all constraints",
                  sample->points, found));
}

}  // namespace

bool sweep(const SweepCommand& command, std::ostream& out) {
  const SweepPlan plan(read_sweep_file(command.file));
  warn_of_small_sample(plan);
  const fs::path output = output_of(command, plan);
  SweepDatabase database(output, plan);

  std::vector<std::size_t> todo = points_of(plan, command.shard);
  const std::size_t all = todo.size();
  const std::set<std::size_t> done = database.points();
  std::erase_if(todo, [&](std::size_t point) { return done.contains(point); });

  std::size_t lost = 0;
  {
    SweepProgress progress(plan, database, all, all - todo.size());
    PointListener listener;
    listener.finished = [&](std::size_t point, const PointOutcome& outcome) {
      database.add(point, plan.values(point), outcome);
      progress.finished(point, outcome);
    };
    listener.lost = [&](std::size_t, const std::string& problem) {
      ++lost;
      progress.lost(problem);
    };
    listener.note = [&](const std::string& text) { progress.note(text); };
    if (command.ranks != nullptr) {
      simulate_points(plan, todo, *command.ranks, listener);
    } else {
      simulate_points(plan, todo, command.jobs, listener);
    }
    progress.end();
  }
  out << "Results: " << output.string() << "\n";
  if (const std::int64_t wrong = database.wrong_points(); wrong > 0) {
    throw std::runtime_error(
        fmt::format("the outputs of {} points differ from a dense convolution; see `bit_exact`", wrong));
  }
  return lost == 0;
}

void sweep_dry_run(const SweepCommand& command, std::ostream& out) {
  const SweepPlan plan(read_sweep_file(command.file));
  warn_of_small_sample(plan);
  const std::vector<std::size_t> points = points_of(plan, command.shard);

  std::vector<Column> columns{{"point", Align::right}};
  for (const Axis* axis : plan.sweep().axes()) columns.push_back({axis->key, Align::right});
  columns.push_back({"", Align::left});
  TextTable table(columns);
  std::vector<std::size_t> accepted;
  std::vector<std::size_t> sorted = points;
  std::sort(sorted.begin(), sorted.end());
  for (const std::size_t point : sorted) {
    std::vector<std::string> cells = plan.values(point);
    cells.insert(cells.begin(), std::to_string(point + 1));
    cells.push_back(plan.points()[point].reason ? "invalid: " + *plan.points()[point].reason : "");
    table.add_row(std::move(cells));
  }
  std::copy_if(points.begin(), points.end(), std::back_inserter(accepted),
               [&](std::size_t point) { return !plan.points()[point].reason; });
  out << table.str() << fmt::format("\n{} points", points.size());
  if (command.shard.count > 1) out << fmt::format(" of {} in the sweep", plan.points().size());
  out << fmt::format(", of {} combinations; {} of them refused\n", combinations(plan.sweep()),
                     points.size() - accepted.size());
  if (accepted.empty()) return;
  const SweepEstimate time = estimate(plan, accepted, command.jobs);
  std::vector<std::size_t> numbers;
  for (const std::size_t point : time.measured) numbers.push_back(point + 1);
  out << fmt::format(
      "about {} with --jobs {}: point{} {}, simulated now, took {:.2f} s and their tensors, which points share, {:.2f} "
      "s "
      "on average\n",
      time_text(time.seconds), command.jobs, numbers.size() == 1 ? "" : "s", fmt::join(numbers, ", "),
      time.point_seconds, time.tensor_seconds);
}

void merge_sweeps(const std::vector<fs::path>& databases, const fs::path& output, std::ostream& out) {
  SweepDatabase::merge(databases, output);
  SweepDatabase merged(output);
  out << fmt::format("{} of {} points\nResults: {}\n", merged.points().size(), merged.about("points"), output.string());
}

}  // namespace sim
