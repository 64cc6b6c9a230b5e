#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "sim/report_page/figure_text.hpp"
#include "sim/report_page/sweep_part.hpp"

namespace sim::report_page {

namespace {

/// More lines than this are not told apart.
constexpr std::size_t most_lines = 7;
/// More values of an axis than this have no room in a table, or in a figure.
constexpr std::size_t most_rows = 32;
constexpr std::size_t most_values = 256;

using Line = std::vector<std::optional<double>>;

/// One line for every combination of the other dimensions' values; nothing if they are too many to tell apart.
std::vector<std::pair<std::string, Line>> lines_of(const SweepFigures& sweep, const SweepDimension& dimension,
                                                   const PointColumn& figure) {
  std::map<std::vector<std::size_t>, Line> lines;
  for (std::size_t point = 0; point < sweep.points.size(); ++point) {
    std::vector<std::size_t> others;
    for (const SweepDimension& other : sweep.dimensions) {
      if (&other != &dimension) others.push_back(other.value_of[point]);
    }
    Line& line = lines.try_emplace(others, Line(dimension.values.size())).first->second;
    line[dimension.value_of[point]] = figure.numbers[point];
    if (lines.size() > most_lines) return {};
  }
  std::vector<std::pair<std::string, Line>> named;
  for (auto& [values, line] : lines) {
    std::vector<std::string> names;
    for (const SweepDimension& other : sweep.dimensions) {
      if (&other != &dimension) names.push_back(other.values[values[names.size()]]);
    }
    named.emplace_back(fmt::format("{}", fmt::join(names, ", ")), std::move(line));
  }
  return named;
}

double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

/// The figures of the points with each value, in order; none may be missing.
std::vector<std::vector<double>> by_value(const SweepDimension& dimension, const PointColumn& figure) {
  std::vector<std::vector<double>> values(dimension.values.size());
  for (std::size_t point = 0; point < figure.numbers.size(); ++point) {
    if (figure.numbers[point]) values[dimension.value_of[point]].push_back(*figure.numbers[point]);
  }
  for (auto& some : values) std::sort(some.begin(), some.end());
  return values;
}

std::string other_names(const SweepFigures& sweep, const SweepDimension& dimension) {
  std::vector<std::string> names;
  for (const SweepDimension& other : sweep.dimensions) {
    if (&other != &dimension) names.push_back(other.name);
  }
  return fmt::format("{}", fmt::join(names, "; "));
}

void add_effect_figure(Page& page, Element figures, const SweepFigures& sweep, const SweepDimension& dimension,
                       const SweepObjective& objective) {
  EffectChart chart;
  // Axes that are zipped are called by the first of them.
  chart.name = fmt::format("{}-by-{}", objective.name, dimension.name.substr(0, dimension.name.find(',')));
  chart.axis = dimension.name;
  chart.quantity = {objective.name, objective.figure.unit};
  chart.categories = dimension.values;
  chart.lines = lines_of(sweep, dimension, objective.figure);
  chart.other_axes = other_names(sweep, dimension);
  if (chart.lines.empty()) {
    for (const std::vector<double>& values : by_value(dimension, objective.figure)) {
      if (values.empty()) return;
      chart.boxes.push_back(
          {values.front(), quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75), values.back()});
    }
  }
  page.add_figure(figures, sweep.name, draw(chart));
}

void add_effect_table(Element section, const SweepFigures& sweep, const SweepDimension& dimension) {
  std::vector<HtmlColumn> columns{{dimension.name, CellKind::text, "", ""}, {"points", CellKind::number, "", ""}};
  std::vector<std::vector<std::vector<double>>> values;
  for (const SweepObjective& objective : sweep.objectives) {
    for (const char* which : {"least", "median"}) {
      columns.push_back({fmt::format("{} {}", which, objective.title()), CellKind::number, "", ""});
    }
    values.push_back(by_value(dimension, objective.figure));
  }
  HtmlTable table(section, columns);
  for (std::size_t value = 0; value < dimension.values.size(); ++value) {
    std::vector<std::string> cells{dimension.values[value]};
    const auto points = std::count(dimension.value_of.begin(), dimension.value_of.end(), value);
    cells.push_back(exact(points));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::vector<double>& some = values[i][value];
      const PointColumn& figure = sweep.objectives[i].figure;
      cells.push_back(some.empty() ? nothing : figure.shown(some.front()));
      cells.push_back(some.empty() ? nothing : figure.shown(quantile(some, 0.5)));
    }
    table.add_row(cells);
  }
}

}  // namespace

void add_effects(Page& page, Element part, const SweepFigures& sweep) {
  if (sweep.dimensions.empty() || sweep.objectives.empty()) return;
  const Element section = Page::add_section(part, "What each axis does");
  for (const SweepDimension& dimension : sweep.dimensions) {
    add_breakable(section, "h4", dimension.name);
    if (dimension.values.size() > most_values) {
      Page::add_note(section, fmt::format("{} values, too many to show one by one.", dimension.values.size()));
      continue;
    }
    const Element figures = add(section, "div", {{"class", "figures"}});
    for (const SweepObjective& objective : sweep.objectives) {
      add_effect_figure(page, figures, sweep, dimension, objective);
    }
    if (dimension.values.size() <= most_rows) add_effect_table(section, sweep, dimension);
  }
}

}  // namespace sim::report_page
