#include "sim/report_page/sweep_part.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include "sim/report_page/figure_text.hpp"

namespace sim::report_page {

namespace {

/// More points of a front than this are in the table of all points only.
constexpr std::size_t most_front_rows = 30;
/// An axis' values that take more characters than this are only counted.
constexpr std::size_t longest_values = 60;
/// Invalid points that are named for every reason.
constexpr std::size_t most_examples = 3;

std::string settings_of(const SweepFigures& sweep, std::size_t point) {
  std::vector<std::string> all;
  for (const SweepDimension& dimension : sweep.dimensions) {
    all.push_back(fmt::format("{} = {}", dimension.name, dimension.values[dimension.value_of[point]]));
  }
  return fmt::format("{}", fmt::join(all, "; "));
}

void add_overview(Element part, const SweepFigures& sweep) {
  FactList facts(part);
  facts.add("points of the sweep", sweep.all_points);
  facts.add("done", fmt::format("{}", sweep.points.size()));
  facts.add("invalid", fmt::format("{}", sweep.invalid.size()));
  facts.add("program", sweep.program);
  for (const SweepDimension& dimension : sweep.dimensions) {
    const std::string values = fmt::format("{}", fmt::join(dimension.values, ", "));
    facts.add(dimension.name,
              values.size() <= longest_values ? values : fmt::format("{} values", dimension.values.size()));
  }
  for (const std::string& name : sweep.objectives_without_figures) {
    Page::add_note(part, fmt::format("No point has a figure for the objective {}.", name));
  }
}

void add_best(Element part, const SweepFigures& sweep) {
  if (sweep.objectives.empty()) return;
  const Element section = Page::add_section(part, "Best points");
  HtmlTable table(section, {{"objective", CellKind::text, "", ""},
                            {"least", CellKind::number, "", ""},
                            {"unit", CellKind::text, "", ""},
                            {"point", CellKind::number, "", ""}});
  std::set<std::size_t> all_best;
  for (const SweepObjective& objective : sweep.objectives) {
    const auto& numbers = objective.figure.numbers;
    const auto best = std::min_element(numbers.begin(), numbers.end(), [](const auto& a, const auto& b) {
      return a && (!b || *a < *b);  // what is missing comes last
    });
    const auto point = static_cast<std::size_t>(best - numbers.begin());
    table.add_row({objective.name, objective.figure.texts[point], objective.figure.scale.unit, sweep.points[point]});
    all_best.insert(point);
  }
  for (const std::size_t point : all_best) {
    Page::add_note(section, fmt::format("Point {}: {}", sweep.points[point], settings_of(sweep, point)));
  }
}

void add_front_table(Element section, const SweepFigures& sweep, const std::vector<std::size_t>& front) {
  std::vector<HtmlColumn> columns{{"point", CellKind::number, "", ""}};
  for (const SweepObjective& objective : sweep.objectives) {
    columns.push_back({objective.title(), CellKind::number, "", ""});
  }
  for (const SweepDimension& dimension : sweep.dimensions) columns.push_back({dimension.name, CellKind::text, "", ""});
  HtmlTable table(section, columns);
  for (const std::size_t point : front) {
    std::vector<std::string> cells{sweep.points[point]};
    for (const SweepObjective& objective : sweep.objectives) cells.push_back(objective.figure.texts[point]);
    for (const SweepDimension& dimension : sweep.dimensions) {
      cells.push_back(dimension.values[dimension.value_of[point]]);
    }
    table.add_row(cells);
  }
}

/// The energy components or PE-cycle classes of points side by side. @param prefix that their figures' names begin with
void add_breakdown(Page& page, Element figures, const SweepFigures& sweep, const std::vector<std::size_t>& points,
                   const std::string& prefix, BarChart chart) {
  std::vector<double> sums(points.size());
  for (const PointColumn& figure : sweep.figures) {
    if (figure.name.rfind(prefix, 0) != 0 || figure.name.rfind("energy_total", 0) == 0 ||
        figure.name.rfind("energy_delay", 0) == 0) {
      continue;
    }
    std::string name = figure.name.substr(prefix.size());
    if (!chart.unit.empty()) {
      chart.unit = figure.unit;
      name = name.substr(0, name.rfind('_'));  // without the unit
    }
    Series series{name, {}};
    for (std::size_t i = 0; i < points.size(); ++i) {
      series.values.push_back(figure.numbers[points[i]].value_or(0));
      sums[i] += series.values.back();
    }
    chart.series.push_back(std::move(series));
  }
  if (chart.series.empty()) return;
  for (const std::size_t point : points) chart.categories.push_back("point " + sweep.points[point]);
  if (chart.unit.empty()) {
    for (Series& series : chart.series) {
      for (std::size_t i = 0; i < sums.size(); ++i) series.values[i] /= std::max(sums[i], 1.0);
    }
  }
  page.add_figure(figures, sweep.name, draw(chart));
}

void add_front(Page& page, Element part, const SweepFigures& sweep) {
  if (sweep.objectives.size() < 2) return;
  std::vector<std::size_t> front;
  for (std::size_t point = 0; point < sweep.on_front.size(); ++point) {
    if (sweep.on_front[point]) front.push_back(point);
  }
  if (front.empty()) return;
  const auto& first = sweep.objectives.front().figure.numbers;
  std::stable_sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) { return first[a] < first[b]; });

  const Element section = Page::add_section(part, "Pareto front");
  std::vector<std::string> names;
  for (const SweepObjective& objective : sweep.objectives) names.push_back(objective.name);
  Page::add_note(section, fmt::format("{} of {} points: whatever point is better than one of them in one objective is "
                                      "worse in another. Less is better in all: {}.",
                                      front.size(), sweep.points.size(), fmt::join(names, ", ")));
  const Element figures = add(section, "div", {{"class", "figures"}});
  for (std::size_t i = 0; i < sweep.objectives.size(); ++i) {
    for (std::size_t j = i + 1; j < sweep.objectives.size(); ++j) {
      const PointColumn& x = sweep.objectives[i].figure;
      const PointColumn& y = sweep.objectives[j].figure;
      FrontChart chart;
      chart.name = fmt::format("pareto-{}-{}", names[i], names[j]);
      chart.x = {names[i], x.unit};
      chart.y = {names[j], y.unit};
      chart.staircase = sweep.objectives.size() == 2;
      for (std::size_t point = 0; point < sweep.points.size(); ++point) {
        if (x.numbers[point] && y.numbers[point]) chart.points.emplace_back(*x.numbers[point], *y.numbers[point]);
      }
      for (const std::size_t point : front) chart.front.emplace_back(*x.numbers[point], *y.numbers[point]);
      page.add_figure(figures, sweep.name, draw(chart));
    }
  }
  const bool too_many = front.size() > most_front_rows;
  if (too_many) {
    Page::add_note(
        section, fmt::format("The {} with the least {}; the table of points has all.", most_front_rows, names.front()));
    front.resize(most_front_rows);
  }
  add_front_table(section, sweep, front);
  const Element breakdowns = add(section, "div", {{"class", "figures"}});
  add_breakdown(page, breakdowns, sweep, front, "energy_",
                {"front-energy", "Energy of the points on the front", "energy", "pJ", BarLayout::stacked, {}, {}});
  add_breakdown(page, breakdowns, sweep, front, "pe_cycles_",
                {"front-pe-cycles",
                 "Where the PE-cycles of the points on the front went",
                 "PE-cycles",
                 "",
                 BarLayout::stacked,
                 {},
                 {}});
}

/// What the table of points shows beside axes and objectives, where points differ in it.
bool is_shown(const SweepFigures& sweep, const PointColumn& figure) {
  constexpr std::array<std::string_view, 9> shown{
      "cycles",   "utilisation",    "energy_total_pj",        "energy_total_mac", "accumulator_references",
      "area_mm2", "images_correct", "dram_weight_bytes_read", "storage_ratio"};
  if (std::find(shown.begin(), shown.end(), figure.name) == shown.end()) return false;
  for (const SweepObjective& objective : sweep.objectives) {
    if (objective.figure.name == figure.name) return false;
  }
  return std::any_of(figure.numbers.begin(), figure.numbers.end(),
                     [&](const auto& number) { return number != figure.numbers.front(); });
}

void add_points(Element part, const SweepFigures& sweep) {
  if (sweep.points.empty()) return;
  const Element section = Page::add_section(part, "Points");
  Page::add_note(section,
                 "Points on the Pareto front are shaded. scnn-sim export writes all figures of all points and layers.");
  std::vector<HtmlColumn> titles{{"point", CellKind::number, "", ""}};
  std::vector<const PointColumn*> columns;
  const auto show = [&](const PointColumn& column, const std::string& title, const std::string& role) {
    titles.push_back({title, column.numeric ? CellKind::number : CellKind::text, role, column.description});
    columns.push_back(&column);
  };
  for (const PointColumn& axis : sweep.axes) show(axis, short_name(axis.name), "axis");
  for (const SweepObjective& objective : sweep.objectives) {
    show(objective.figure, objective.title(), "objective");
  }
  for (const PointColumn& figure : sweep.figures) {
    if (is_shown(sweep, figure)) show(figure, figure.title(figure.name), "");
  }
  HtmlTable table(section, titles, "points");
  for (std::size_t point = 0; point < sweep.points.size(); ++point) {
    std::vector<std::string> cells{sweep.points[point]};
    for (const PointColumn* column : columns) cells.push_back(column->texts[point]);
    table.add_row(cells, sweep.on_front[point] ? "front" : "");
  }
}

void add_invalid(Element part, const SweepFigures& sweep) {
  if (sweep.invalid.empty()) return;
  const Element section = Page::add_section(part, "Invalid points");
  std::map<std::string, std::vector<const InvalidPoint*>> by_reason;
  for (const InvalidPoint& point : sweep.invalid) by_reason[point.reason].push_back(&point);
  HtmlTable table(section,
                  {{"reason", CellKind::text, "", ""},
                   {"points", CellKind::number, "", ""},
                   {"for example", CellKind::text, "", ""}},
                  "wrapped");
  for (const auto& [reason, points] : by_reason) {
    std::vector<std::string> examples;
    for (std::size_t i = 0; i < std::min(points.size(), most_examples); ++i) {
      examples.push_back(fmt::format("{}: {}", points[i]->point, points[i]->settings));
    }
    table.add_row(
        {reason, exact(static_cast<std::int64_t>(points.size())), fmt::format("{}", fmt::join(examples, "; "))});
  }
}

void add_sweep_file(Element part, const SweepFigures& sweep) {
  const Element section = Page::add_section(part, "Sweep file");
  add_text(section, "pre", sweep.text, {{"tabindex", "0"}});
  if (sweep.inputs.empty()) return;
  FactList inputs(section);
  for (const auto& [name, hash] : sweep.inputs) inputs.add("SHA-256 of " + name, hash);
}

}  // namespace

void add_sweep(Page& page, const SweepFigures& sweep) {
  const Element part = page.add_part(sweep.name, "sweep");
  add_overview(part, sweep);
  add_best(part, sweep);
  add_front(page, part, sweep);
  add_effects(page, part, sweep);
  add_points(part, sweep);
  add_invalid(part, sweep);
  add_sweep_file(part, sweep);
}

}  // namespace sim::report_page
