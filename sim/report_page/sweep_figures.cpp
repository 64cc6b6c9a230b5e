#include "sim/report_page/sweep_figures.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <sstream>

#include "sim/figure_column.hpp"
#include "sim/report_page/charts.hpp"
#include "sim/report_page/figure_text.hpp"
#include "sim/sweep/objective.hpp"
#include "sim/sweep/sweep_database.hpp"

namespace sim::report_page {

namespace {

/// As it is, however long; numbers with the digits that a reader can use.
std::string cell_text(const FigureColumn& column, std::size_t row) {
  return std::visit(
      [&](const auto& values) -> std::string {
        if constexpr (std::is_same_v<std::decay_t<decltype(values[row])>, std::string>) {
          return values[row];
        } else if constexpr (std::is_same_v<std::decay_t<decltype(values[row])>, std::optional<double>>) {
          return values[row] ? rounded(*values[row]) : nothing;
        } else {
          return exact(values[row]);
        }
      },
      column.values);
}

std::optional<double> number(const FigureColumn& column, std::size_t row) {
  return std::visit(
      [&](const auto& values) -> std::optional<double> {
        if constexpr (requires { values[row].has_value(); }) {
          if (!values[row]) return std::nullopt;
          return static_cast<double>(*values[row]);
        } else if constexpr (std::is_convertible_v<decltype(values[row]), std::int64_t>) {
          return static_cast<double>(values[row]);
        } else {
          return std::nullopt;
        }
      },
      column.values);
}

/// Some rows. Numbers that are no integers and have a unit get it with a prefix.
PointColumn rows_of(const FigureColumn& column, const std::vector<std::size_t>& rows) {
  PointColumn some{column.name,
                   column.unit,
                   column.description,
                   !std::holds_alternative<std::vector<std::string>>(column.values),
                   {1, column.unit},
                   {},
                   {}};
  double largest = 0;
  for (const std::size_t row : rows) {
    some.numbers.push_back(number(column, row));
    largest = std::max(largest, some.numbers.back().value_or(0));
  }
  const bool real = std::holds_alternative<std::vector<std::optional<double>>>(column.values);
  if (real && !column.unit.empty()) some.scale = axis_scale(largest, column.unit);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool scaled = some.scale.factor != 1 && some.numbers[i];
    some.texts.push_back(scaled ? some.shown(*some.numbers[i]) : cell_text(column, rows[i]));
  }
  return some;
}

SweepDimension dimension_of(const std::vector<const PointColumn*>& axes) {
  SweepDimension dimension;
  for (const PointColumn* axis : axes) dimension.name += (dimension.name.empty() ? "" : ", ") + short_name(axis->name);
  const std::size_t points = axes.front()->texts.size();
  std::vector<std::string> values(points);
  std::vector<std::size_t> ways;  // the first point with each value
  std::map<std::string, std::size_t> position;
  for (std::size_t point = 0; point < points; ++point) {
    for (const PointColumn* axis : axes) values[point] += (axis == axes.front() ? "" : " / ") + axis->texts[point];
    if (position.emplace(values[point], 0).second) ways.push_back(point);
  }
  const PointColumn& axis = *axes.front();
  if (axes.size() == 1 && axis.numeric) {
    std::sort(ways.begin(), ways.end(), [&](auto a, auto b) { return axis.numbers[a] < axis.numbers[b]; });
  }
  for (const std::size_t way : ways) {
    position[values[way]] = dimension.values.size();
    dimension.values.push_back(values[way]);
  }
  for (const std::string& value : values) dimension.value_of.push_back(position[value]);
  return dimension;
}

void read_objectives(SweepFigures& sweep, const std::string& names) {
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) {
    const PointColumn* figure = nullptr;
    for (const Objective& objective : objectives()) {
      if (objective.name != name) continue;
      for (const PointColumn& column : sweep.figures) {
        const bool known =
            std::find(objective.figures.begin(), objective.figures.end(), column.name) != objective.figures.end();
        const bool there = std::any_of(column.numbers.begin(), column.numbers.end(),
                                       [](const auto& value) { return value.has_value(); });
        if (known && there) figure = &column;
      }
    }
    if (figure == nullptr) {
      sweep.objectives_without_figures.push_back(name);
    } else {
      std::replace(name.begin(), name.end(), '_', ' ');
      sweep.objectives.push_back({name, *figure});
    }
  }
}

}  // namespace

std::string short_name(const std::string& key) {
  constexpr std::string_view common = "accelerator.";
  return key.starts_with(common) ? key.substr(common.size()) : key;
}

std::string PointColumn::shown(double number) const {
  if (scale.factor != 1) return decimal_text(number / scale.factor, 3);
  return number < 1000 ? rounded(number) : decimal_text(number, 0);
}

std::string PointColumn::title(const std::string& title_name) const {
  return scale.unit.empty() || scale.unit == title_name ? title_name : fmt::format("{} ({})", title_name, scale.unit);
}

SweepFigures read_sweep(const std::filesystem::path& file) {
  SweepDatabase database(file);
  SweepFigures sweep;
  sweep.name = database.about("name");
  sweep.text = database.about("text");
  sweep.program = fmt::format("scnn-sim {} ({})", database.about("version"), database.about("commit"));
  sweep.all_points = database.about("points");
  sweep.inputs = database.inputs();

  const std::vector<FigureColumn> table = database.point_table();
  const std::vector<SweepDatabase::AxisKey> keys = database.axes();
  constexpr std::size_t first_axis = 3;  // after point, status and reason
  std::vector<std::size_t> done;
  for (std::size_t row = 0; row < sim::rows_of(table); ++row) {
    if (cell_text(table[1], row) == "done") {
      done.push_back(row);
      continue;
    }
    std::vector<std::string> settings;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      settings.push_back(fmt::format("{} = {}", short_name(keys[i].key), cell_text(table[first_axis + i], row)));
    }
    sweep.invalid.push_back(
        {cell_text(table[0], row), cell_text(table[2], row), fmt::format("{}", fmt::join(settings, ", "))});
  }
  sweep.points = rows_of(table[0], done).texts;
  for (std::size_t i = first_axis; i < table.size(); ++i) {
    (i < first_axis + keys.size() ? sweep.axes : sweep.figures).push_back(rows_of(table[i], done));
  }
  std::map<std::int64_t, std::vector<const PointColumn*>> together;
  for (std::size_t i = 0; i < keys.size(); ++i) together[keys[i].dimension].push_back(&sweep.axes[i]);
  for (const auto& [number, axes] : together) {
    SweepDimension dimension = dimension_of(axes);
    if (dimension.values.size() > 1) sweep.dimensions.push_back(std::move(dimension));
  }
  read_objectives(sweep, database.about("objectives"));
  std::vector<std::vector<std::optional<double>>> values;
  for (const SweepObjective& objective : sweep.objectives) values.push_back(objective.figure.numbers);
  sweep.on_front = pareto_front(values);
  sweep.on_front.resize(done.size());
  return sweep;
}

std::vector<bool> pareto_front(const std::vector<std::vector<std::optional<double>>>& values) {
  if (values.empty()) return {};
  std::vector<bool> on_front(values.front().size());
  std::vector<std::size_t> order;
  for (std::size_t point = 0; point < on_front.size(); ++point) {
    if (std::all_of(values.begin(), values.end(), [&](const auto& row) { return row[point].has_value(); })) {
      order.push_back(point);
    }
  }
  // In this order a point can only be beaten by one before it.
  const auto before = [&](std::size_t a, std::size_t b) {
    for (const auto& row : values) {
      if (*row[a] != *row[b]) return *row[a] < *row[b];
    }
    return false;
  };
  std::stable_sort(order.begin(), order.end(), before);
  std::vector<std::size_t> front;
  for (const std::size_t point : order) {
    const auto beaten_by = [&](std::size_t other) {
      const auto no_worse = [&](const auto& row) { return *row[other] <= *row[point]; };
      return std::all_of(values.begin(), values.end(), no_worse) && before(other, point);
    };
    if (std::any_of(front.begin(), front.end(), beaten_by)) continue;
    front.push_back(point);
    on_front[point] = true;
  }
  return on_front;
}

}  // namespace sim::report_page
