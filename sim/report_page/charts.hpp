#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/text.hpp"

/// Figures by what they show. Colours are those of Okabe and Ito, which the colour-blind can tell apart.
namespace sim::report_page {

/// A figure of the page, also a file of its own.
struct Figure {
  std::string name;  ///< of the file, without extension; unique among the figures of a run or sweep
  std::string title;
  std::string svg;
};

/// Values of one kind, one for every category.
struct Series {
  std::string name;
  std::vector<double> values;
};

enum class BarLayout { stacked, side_by_side };

/// Horizontal bars, the first category on top, so that names have room however many there are.
struct BarChart {
  std::string name;
  std::string title;
  std::string axis;  ///< what values are
  std::string unit;  ///< gets a prefix; empty: values are shares of 1, shown in percent
  BarLayout layout = BarLayout::stacked;
  std::vector<std::string> categories;
  std::vector<Series> series;
};
/// Of more series than there are colours, the smallest become `other`.
Figure draw(const BarChart& chart);

/// What an axis of a figure shows.
struct Quantity {
  std::string name;
  std::string unit;
};

/// Points by two quantities of which less is better, and those of them that no other beats.
struct FrontChart {
  std::string name;
  Quantity x;
  Quantity y;
  std::vector<std::pair<double, double>> points;
  std::vector<std::pair<double, double>> front;
  bool staircase = true;  ///< whether nothing else decides who is on the front
};
Figure draw(const FrontChart& chart);

/// A quantity over the values of an axis, in equal distances: a line for every series or, without series, boxes.
struct EffectChart {
  std::string name;
  std::string axis;
  Quantity quantity;
  std::vector<std::string> categories;
  std::string other_axes;  ///< whose values tell the lines apart
  std::vector<std::pair<std::string, std::vector<std::optional<double>>>> lines;
  struct Box {
    double least = 0, lower = 0, median = 0, upper = 0, most = 0;
  };
  std::vector<Box> boxes;  ///< one for every category, or none
};
Figure draw(const EffectChart& chart);

/// A prefix such that `largest` has at most three digits before the point: uJ, 10^6 cycles.
Scale axis_scale(double largest, const std::string& unit);

}  // namespace sim::report_page
