#pragma once

#include <string>
#include <string_view>

namespace sim::report_page {

/// A figure as SVG: it scales, holds its text as text and is the same bytes for the same commands.
struct Drawing {
  int width = 520;       ///< in pixels of the page at its natural size
  int height = 300;      ///< likewise
  std::string title;     ///< what the figure shows, for those who cannot see it
  std::string commands;  ///< of gnuplot, without terminal and output
};

/// Draws by gnuplot, a process of its own. @throws std::runtime_error if it is missing or fails
std::string draw(const Drawing& drawing);

/// Text as a string of gnuplot, shown as it is but on one line and no longer than `longest` characters.
std::string gnuplot_text(std::string_view text, std::size_t longest = 40);

}  // namespace sim::report_page
