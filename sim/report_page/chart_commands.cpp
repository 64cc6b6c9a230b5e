#include "sim/report_page/chart_commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace sim::report_page {

std::string label(const std::string& name, const std::string& unit) {
  if (unit.size() >= name.size() && unit.substr(unit.size() - name.size()) == name) return gnuplot_text(unit, 60);
  return gnuplot_text(unit.empty() ? name : fmt::format("{} ({})", name, unit), 60);
}

std::string tics(const std::vector<std::string>& names, std::size_t every) {
  std::vector<std::string> entries;
  for (std::size_t i = 0; i < names.size(); i += every)
    entries.push_back(fmt::format("{} {}", gnuplot_text(names[i], longest_tic), i));
  return fmt::format("({})", fmt::join(entries, ", "));
}

std::string legend(Drawing& drawing, const std::vector<std::string>& names, std::size_t beside,
                   const std::string& title) {
  constexpr double character = 8;  // wide, in pixels
  constexpr double sample = 60;    // wide, with what keeps columns apart
  constexpr double frame = 45;     // wide, left and right of the figure
  constexpr int line = 18;         // high
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, name.size());
  const auto room = static_cast<std::size_t>(
      (drawing.width - character * static_cast<double>(std::min(beside, longest_tic)) - frame) /
      (sample + character * static_cast<double>(longest)));
  const std::size_t columns = std::clamp<std::size_t>(room, 1, std::max<std::size_t>(names.size(), 1));
  const std::size_t lines = longest == 0 ? 0 : (names.size() + columns - 1) / columns + (title.empty() ? 0 : 1);
  const int height = static_cast<int>(lines) * line + 18;
  drawing.height += height;
  const std::string margin =
      fmt::format("set tmargin at screen {:.5f}\n", 1 - static_cast<double>(height) / drawing.height);
  if (lines == 0) return margin + "unset key\n";
  return margin + fmt::format(
                      "set key at screen 0.5, screen {:.5f} center top horizontal Left reverse samplen 1.2 "
                      "maxcols {} {}\n",
                      1 - 4.0 / drawing.height, columns, title.empty() ? "" : "title " + gnuplot_text(title, 60));
}

}  // namespace sim::report_page
