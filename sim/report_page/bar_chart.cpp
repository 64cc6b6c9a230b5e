#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "sim/report_page/chart_commands.hpp"
#include "sim/report_page/charts.hpp"

namespace sim::report_page {

namespace {

constexpr std::array palette{blue, orange, green, yellow, purple, sky_blue, vermillion};
constexpr std::string_view other_colour = "#999999";

std::vector<std::string> names_of(const std::vector<Series>& series) {
  std::vector<std::string> names;
  for (const Series& s : series) names.push_back(s.name);
  return names;
}

/// As many series as there are colours: the largest, in their order, and the sum of the others.
std::vector<Series> merged(std::vector<Series> series) {
  const auto sum = [](const Series& s) { return std::accumulate(s.values.begin(), s.values.end(), 0.0); };
  series.erase(std::remove_if(series.begin(), series.end(), [&](const Series& s) { return sum(s) == 0; }),
               series.end());
  if (series.size() <= palette.size()) return series;
  std::vector<double> sums;
  for (const Series& s : series) sums.push_back(sum(s));
  std::sort(sums.begin(), sums.end(), std::greater<>());
  const double least = sums[palette.size() - 1];
  Series other{"other", std::vector<double>(series.front().values.size())};
  std::vector<Series> kept;
  for (Series& s : series) {
    if (sum(s) >= least && kept.size() < palette.size()) {
      kept.push_back(std::move(s));
    } else {
      for (std::size_t i = 0; i < s.values.size(); ++i) other.values[i] += s.values[i];
    }
  }
  kept.push_back(std::move(other));
  return kept;
}

/// The larger end of the longest bar.
double longest_bar(const BarChart& chart, const std::vector<Series>& series) {
  double longest = 0;
  for (std::size_t i = 0; i < chart.categories.size(); ++i) {
    double sum = 0;
    for (const Series& s : series) {
      sum = chart.layout == BarLayout::stacked ? sum + s.values[i] : std::max(sum, s.values[i]);
    }
    longest = std::max(longest, sum);
  }
  return longest;
}

/// A distance of 1, 2 or 5 times a power of ten between some five tics.
double tic_distance(double most) {
  const double rough = most / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (rough <= step * power) return step * power;
  }
  return 10 * power;
}

}  // namespace

Scale axis_scale(double largest, const std::string& unit) {
  constexpr std::array<std::string_view, 5> joules{"pJ", "nJ", "µJ", "mJ", "J"};
  constexpr std::array<std::string_view, 3> seconds{"µs", "ms", "s"};
  constexpr std::array<std::string_view, 5> powers{"", "10³ ", "10⁶ ", "10⁹ ", "10¹² "};
  std::size_t step = 0;
  double factor = 1;
  while (largest / factor >= 1000 && step + 1 < powers.size()) {
    ++step;
    factor *= 1000;
  }
  if (unit.starts_with(joules[0])) return {factor, std::string(joules[step]) + unit.substr(joules[0].size())};
  if (unit == seconds[0] && step < seconds.size()) return {factor, std::string(seconds[step])};
  return {factor, std::string(powers[step]) + unit};
}

Figure draw(const BarChart& chart) {
  const std::vector<Series> series = merged(chart.series);
  const bool stacked = chart.layout == BarLayout::stacked;
  const bool shares = chart.unit.empty();
  Scale scale{0.01, "%"};
  const double longest = longest_bar(chart, series);
  if (!shares) scale = axis_scale(longest, chart.unit);

  const double bars = stacked ? 1 : static_cast<double>(std::max<std::size_t>(series.size(), 1));
  const double thickness = 0.8 / bars;
  std::string data;
  std::vector<std::string> plots;
  std::vector<double> ends(chart.categories.size());
  for (std::size_t s = 0; s < series.size(); ++s) {
    data += fmt::format("$s{} << END\n", s);
    for (std::size_t i = 0; i < chart.categories.size(); ++i) {
      const double begin = stacked ? ends[i] : 0;
      const double end = begin + series[s].values[i] / scale.factor;
      ends[i] = end;
      if (end == begin) continue;
      const double top = static_cast<double>(i) - 0.4 + (stacked ? 0 : static_cast<double>(s) * thickness);
      data += fmt::format("{:.7g} {:.7g} {:.4f} {:.4f}\n", begin, end, top, top + thickness);
    }
    data += "NaN NaN NaN NaN\nEND\n";
    const std::string_view colour = s < palette.size() ? palette[s] : other_colour;
    plots.push_back(fmt::format("$s{} using 1:3:1:2:3:4 with boxxyerror fc rgb '{}' title {}", s, colour,
                                gnuplot_text(series[s].name)));
  }
  if (plots.empty()) plots.emplace_back("NaN notitle");

  Drawing drawing;
  drawing.title = chart.title;
  const auto rows = static_cast<double>(chart.categories.size());
  drawing.height = static_cast<int>(std::lround(60 + rows * (stacked ? 24 : 10 + 12 * bars)));
  const double most = shares ? std::max(1.0, longest) : longest;
  const double step = most > 0 ? tic_distance(most / scale.factor) : 1;
  const double end = shares ? most / scale.factor : step * std::max(1.0, std::ceil(most / scale.factor / step));
  std::size_t longest_name = 0;
  for (const std::string& name : chart.categories) longest_name = std::max(longest_name, name.size());
  std::vector<std::string> names;
  if (series.size() > 1) names = names_of(series);
  drawing.commands =
      std::string(look) + legend(drawing, names, longest_name) + data +
      fmt::format(
          "set xlabel {}\nset xrange [0:{}]\nset xtics {}\nset yrange [{}:-0.6]\nset ytics {}\n"
          "unset grid\nset grid x lc rgb '#dddddd' lt 1 lw 0.7\n"
          "set style fill solid 1 border rgb '#ffffff'\nplot {}\n",
          label(chart.axis, scale.unit), end, step, rows - 0.4, tics(chart.categories), fmt::join(plots, ", \\\n  "));
  return {chart.name, chart.title, draw(drawing)};
}

}  // namespace sim::report_page
