#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report_page/gnuplot.hpp"

/// What figures have in common: colours, look, axes and legends, as commands of gnuplot.
namespace sim::report_page {

// The colours of Okabe and Ito.
inline constexpr std::string_view blue = "#0072b2", orange = "#e69f00", green = "#009e73", yellow = "#f0e442";
inline constexpr std::string_view purple = "#cc79a7", sky_blue = "#56b4e9", vermillion = "#d55e00", black = "#000000";

/// Frame, tics and grid of all figures.
inline constexpr const char* look =
    "set border 3 lc rgb '#444444'\n"
    "set tics nomirror out scale 0.5 textcolor rgb '#000000'\n"
    "set grid lc rgb '#dddddd' lt 1 lw 0.7\n";

/// The title of an axis.
std::string label(const std::string& name, const std::string& unit);

/// Names of categories at 0, 1, 2 ... of an axis.
std::string tics(const std::vector<std::string>& names, std::size_t every = 1);

/// A legend above the figure, in as many columns as have room; makes the drawing higher by as much.
/// @param names of what it explains; none: no legend
/// @param beside characters of the names beside the figure, which leave it less room. @param title may be empty
std::string legend(Drawing& drawing, const std::vector<std::string>& names, std::size_t beside,
                   const std::string& title = "");

/// Names that are longer are cut.
inline constexpr std::size_t longest_tic = 26;

}  // namespace sim::report_page
