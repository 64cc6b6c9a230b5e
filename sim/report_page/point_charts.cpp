#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "sim/report_page/chart_commands.hpp"
#include "sim/report_page/charts.hpp"

namespace sim::report_page {

namespace {

/// Yellow is too light for a line.
constexpr std::array line_palette{blue, vermillion, green, purple, orange, sky_blue, black};

/// Where values over this many times the least are, a logarithmic axis shows both.
constexpr double wide_range = 20;
/// Of more categories only some have room for their name.
constexpr std::size_t most_tics = 32;
/// Room for the numbers of an axis.
constexpr std::size_t tic_characters = 6;

std::string scaled(const Quantity& quantity, Scale& scale, double largest) {
  scale = axis_scale(largest, quantity.unit);
  return label(quantity.name, scale.unit);
}

/// A logarithmic axis if the values need one. @param factor of the axis' unit
std::string range(const char* axis, const std::vector<double>& values, double factor) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (values.empty() || *least <= 0 || *most < wide_range * *least) return "";
  return fmt::format("set logscale {0}\nset {0}range [{1:.4g}:{2:.4g}]\n", axis, *least / factor / 1.4,
                     *most / factor * 1.4);
}

/// One of the points that fall on the same spot of the figure is enough.
std::vector<std::pair<double, double>> visible(const std::vector<std::pair<double, double>>& points) {
  constexpr double spots = 400;
  double most_x = 0;
  double most_y = 0;
  for (const auto& [x, y] : points) {
    most_x = std::max(most_x, std::abs(x));
    most_y = std::max(most_y, std::abs(y));
  }
  const auto spot = [](double value, double most) { return most == 0 ? 0 : std::lround(value / most * spots); };
  std::set<std::pair<long, long>> taken;
  std::vector<std::pair<double, double>> kept;
  for (const auto& [x, y] : points) {
    if (taken.emplace(spot(x, most_x), spot(y, most_y)).second) kept.emplace_back(x, y);
  }
  return kept;
}

constexpr const char* boxes_title = "middle half of the points; whiskers: all";
constexpr const char* median_title = "median";

std::vector<std::string> effect_legend(const EffectChart& chart) {
  if (!chart.boxes.empty()) return {boxes_title, median_title};
  std::vector<std::string> names;
  if (chart.lines.size() < 2) return names;
  for (const auto& [name, line] : chart.lines) names.push_back(name);
  return names;
}

}  // namespace

Figure draw(const FrontChart& chart) {
  double most_x = 0;
  double most_y = 0;
  std::vector<double> xs;
  std::vector<double> ys;
  for (const auto& [x, y] : chart.points) {
    xs.push_back(x);
    ys.push_back(y);
    most_x = std::max(most_x, x);
    most_y = std::max(most_y, y);
  }
  Scale x_scale;
  Scale y_scale;
  const std::string x_label = scaled(chart.x, x_scale, most_x);
  const std::string y_label = scaled(chart.y, y_scale, most_y);
  const auto block = [&](const char* name, const std::vector<std::pair<double, double>>& points) {
    std::string text = fmt::format("{} << END\n", name);
    for (const auto& [x, y] : points) text += fmt::format("{:.7g} {:.7g}\n", x / x_scale.factor, y / y_scale.factor);
    return text + "END\n";
  };
  std::vector<std::pair<double, double>> front = chart.front;
  std::sort(front.begin(), front.end());
  Drawing drawing;
  drawing.title = fmt::format("{} and {} of the points, with the Pareto front", chart.x.name, chart.y.name);
  drawing.commands =
      std::string(look) + legend(drawing, {"points", "Pareto front"}, tic_characters) +
      block("$points", visible(chart.points)) + block("$front", visible(front)) + range("x", xs, x_scale.factor) +
      range("y", ys, y_scale.factor) +
      fmt::format(
          "set xlabel {}\nset ylabel {}\nset offsets graph 0.03, graph 0.03, graph 0.03, graph 0.03\n"
          "plot $points with points pt 7 ps 0.45 lc rgb '{}' title 'points', {}"
          "$front with points pt 7 ps 0.8 lc rgb '{}' title 'Pareto front'\n",
          x_label, y_label, sky_blue,
          chart.staircase ? fmt::format("$front with steps lw 1.5 lc rgb '{}' notitle, ", vermillion) : "", vermillion);
  return {chart.name, drawing.title, draw(drawing)};
}

Figure draw(const EffectChart& chart) {
  std::vector<double> values;
  for (const auto& [name, line] : chart.lines) {
    for (const auto& value : line) {
      if (value) values.push_back(*value);
    }
  }
  for (const EffectChart::Box& box : chart.boxes) values.insert(values.end(), {box.least, box.most});
  Scale scale;
  const double most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  const std::string y_label = scaled(chart.quantity, scale, most);

  std::string data;
  std::vector<std::string> plots;
  for (std::size_t s = 0; s < chart.lines.size(); ++s) {
    const auto& [name, line] = chart.lines[s];
    data += fmt::format("$l{} << END\n", s);
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line[i]) data += fmt::format("{} {:.7g}\n", i, *line[i] / scale.factor);
    }
    data += "END\n";
    constexpr std::array<int, 7> shapes{7, 5, 9, 11, 13, 6, 4};  // filled and open circle, square, triangles, diamond
    plots.push_back(fmt::format("$l{} with linespoints pt {} ps 0.7 lw 1.5 lc rgb '{}' {}", s,
                                shapes[s % shapes.size()], line_palette[s % line_palette.size()],
                                name.empty() ? "notitle" : "title " + gnuplot_text(name)));
  }
  if (!chart.boxes.empty()) {
    data += "$boxes << END\n";
    for (std::size_t i = 0; i < chart.boxes.size(); ++i) {
      const EffectChart::Box& b = chart.boxes[i];
      data += fmt::format("{} {:.7g} {:.7g} {:.7g} {:.7g} {:.7g}\n", i, b.least / scale.factor, b.lower / scale.factor,
                          b.median / scale.factor, b.upper / scale.factor, b.most / scale.factor);
    }
    data += "END\n";
    plots.push_back(
        fmt::format("$boxes using 1:3:2:6:5 with candlesticks whiskerbars 0.5 fc rgb '{}' lc rgb '#444444' title '{}', "
                    "$boxes using 1:4:4:4:4 with candlesticks lw 2.5 lc rgb '{}' title '{}'",
                    sky_blue, boxes_title, black, median_title));
  }
  const std::size_t every = (chart.categories.size() + most_tics - 1) / most_tics;
  std::size_t characters = 0;
  for (std::size_t i = 0; i < chart.categories.size(); i += every) {
    characters += std::min(chart.categories[i].size(), longest_tic) + 1;
  }

  Drawing drawing;
  drawing.title = fmt::format("{} by {}", chart.quantity.name, chart.axis);
  const std::vector<std::string> names = effect_legend(chart);
  drawing.commands =
      std::string(look) +
      legend(drawing, names, tic_characters, names.empty() || chart.lines.empty() ? "" : chart.other_axes) + data +
      range("y", values, scale.factor) +
      fmt::format(
          "set xlabel {}\nset ylabel {}\nset xtics {} {}\nset xrange [-0.5:{}]\nset boxwidth 0.5\n"
          "set style fill solid 1\nset offsets 0, 0, graph 0.05, graph 0.05\nplot {}\n",
          label(chart.axis, ""), y_label, tics(chart.categories, every), characters > 55 ? "rotate by -40 left" : "",
          static_cast<double>(chart.categories.size()) - 0.5, fmt::join(plots, ", \\\n  "));
  return {chart.name, drawing.title, draw(drawing)};
}

}  // namespace sim::report_page
