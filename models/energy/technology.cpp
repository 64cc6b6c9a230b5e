#include "models/energy/technology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <stdexcept>

namespace energy {

namespace {

constexpr const char* plus = "; plus ";
constexpr double published_word = 16;  // bits of the words that published ratios refer to

void add_once(std::vector<std::string>& all, const std::string& one) {
  if (!one.empty() && std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
}

/// To four significant digits; whole numbers in full.
std::string number(double value) {
  constexpr double largest_in_full = 1e9;
  if (value == std::floor(value) && value < largest_in_full) return fmt::format("{:.0f}", value);
  return fmt::format("{:.4g}", value);
}

double rounded(double value) {
  return std::strtod(fmt::format("{:.4g}", value).c_str(), nullptr);
}

const NodeScaling& scaling_of(const std::string& node, const Technology& technology) {
  static const NodeScaling own{"", 1, 1, ""};
  if (node == technology.node) return own;
  const auto found = std::find_if(technology.scaling.begin(), technology.scaling.end(),
                                  [&](const NodeScaling& scaling) { return scaling.node == node; });
  if (found == technology.scaling.end()) {
    throw std::out_of_range(fmt::format("no scaling from {} to {}", node, technology.node));
  }
  return *found;
}

/// A point at the technology's node: `value` is scaled, `text` says from what.
struct ScaledPoint {
  double size;
  double value;
  std::string text;
};

ScaledPoint scaled(const PublishedPoint& point, Quantity quantity, const Technology& technology,
                   std::vector<std::string>& sources) {
  add_once(sources, point.source);
  const NodeScaling& scaling = scaling_of(point.node, technology);
  add_once(sources, scaling.source);
  const double factor = quantity == Quantity::energy ? scaling.energy : scaling.area;
  if (factor == 0)
    throw std::out_of_range(fmt::format("no scaling of areas from {} to {}", point.node, technology.node));
  const std::string value = number(point.value);
  return {point.size, point.value * factor,
          point.node == technology.node ? value : fmt::format("{} x {}", number(factor), value)};
}

}  // namespace

Derived operator+(Derived a, const Derived& b) {
  a.value += b.value;
  a.formula += plus + b.formula;
  for (const std::string& source : b.sources) add_once(a.sources, source);
  return a;
}

Derived times(double count, std::string_view what, const Derived& each) {
  const bool is_sum = each.formula.find(plus) != std::string::npos;
  return {count * each.value,
          fmt::format("{}{}{} x {}{}{}", number(count), what.empty() ? "" : " ", what, is_sum ? "(" : "", each.formula,
                      is_sum ? ")" : ""),
          each.sources, each.node};
}

Derived at(const Curve& curve, double size, Quantity quantity, const Technology& technology) {
  const auto& points = curve.points;
  if (points.empty() || !(size > 0)) throw std::out_of_range("a curve needs a point and a size above 0");
  Derived result;
  result.node = technology.node;
  const auto same = std::find_if(points.begin(), points.end(), [&](const PublishedPoint& p) { return p.size == size; });
  if (same != points.end() || points.size() == 1) {
    const PublishedPoint& point = same != points.end() ? *same : points.front();
    const ScaledPoint only = scaled(point, quantity, technology, result.sources);
    result.value = only.value * std::pow(size / only.size, curve.exponent);
    result.formula = fmt::format("{} {} at {} {}", only.text, curve.value_unit, number(only.size), curve.size_unit);
    if (only.size != size) {
      result.formula += fmt::format(" x ({}/{})", number(size), number(only.size));
      if (curve.exponent != 1) result.formula += fmt::format("^{}", number(curve.exponent));
    }
    return result;
  }
  const auto above = std::find_if(points.begin(), points.end(), [&](const PublishedPoint& p) { return p.size > size; });
  const auto second = std::clamp(above, points.begin() + 1, points.end() - 1);
  const ScaledPoint low = scaled(*(second - 1), quantity, technology, result.sources);
  const ScaledPoint high = scaled(*second, quantity, technology, result.sources);
  const double exponent = std::log(high.value / low.value) / std::log(high.size / low.size);
  result.value = low.value * std::pow(size / low.size, exponent);
  const bool inside = low.size < size && size < high.size;
  result.formula = fmt::format("{} {} at {} {}, {} {} at {} and {} at {}", number(result.value), curve.value_unit,
                               number(size), curve.size_unit, inside ? "between" : "in line with", low.text,
                               number(low.size), high.text, number(high.size));
  return result;
}

Derived multiplication(double bits, const Technology& technology) {
  return at(technology.multiplication, bits, Quantity::energy, technology);
}

Derived gated_multiplication(double bits, const Technology& technology) {
  Derived result = times(technology.gated_multiplication.value, "", multiplication(bits, technology));
  add_once(result.sources, technology.gated_multiplication.source);
  return result;
}

Derived addition(double bits, const Technology& technology) {
  return at(technology.addition, bits, Quantity::energy, technology);
}

Derived comparison(double bits, const Technology& technology) {
  return at(technology.comparison, bits, Quantity::energy, technology);
}

Derived memory_access(double bytes, double bits, const Technology& technology) {
  return times(bits, "bits", at(technology.memory, bytes, Quantity::energy, technology));
}

Derived crossing(const Derived& area, double bits, const Technology& technology) {
  const PublishedPoint& wire = technology.wire.points.at(0);
  const double millimetres = 2 * std::sqrt(area.value / um2_per_mm2);
  const double each = wire.value / wire.size;
  Derived result{bits * millimetres * each,
                 fmt::format("{} bits x {} mm, two sides of a square of {} mm2, x {} pJ/bit/mm", number(bits),
                             number(millimetres), number(area.value / um2_per_mm2), number(each)),
                 {wire.source},
                 technology.node};
  for (const std::string& source : area.sources) add_once(result.sources, source);
  return result;
}

Derived post_processing(double bits, const Technology& technology) {
  return times(2, "additions", addition(bits, technology)) + comparison(bits, technology);
}

Derived neighbour_transfer(double bits, const Technology& technology) {
  const double words = bits / published_word;
  Derived result = times(technology.transfer_to_neighbour.value * words, "MACs",
                         multiplication(published_word, technology) + addition(published_word, technology));
  add_once(result.sources, technology.transfer_to_neighbour.source);
  return result;
}

Derived dram_access(double bits, const Technology& technology) {
  const PublishedPoint& point = technology.dram.points.at(0);
  const double each = point.value / point.size;
  return {bits * each,
          fmt::format("{} bits x {} pJ of {}, not scaled", number(bits), number(each), point.node),
          {point.source},
          point.node};
}

Derived multiplier_area(double bits, const Technology& technology) {
  return at(technology.multiplier_area, bits, Quantity::area, technology);
}

Derived adder_area(double bits, const Technology& technology) {
  return at(technology.adder_area, bits, Quantity::area, technology);
}

Derived memory_area(double bytes, const Technology& technology) {
  return at(technology.memory_area, bytes, Quantity::area, technology);
}

Derived crossbar_area(double inputs, double outputs, double bits, const Technology& technology) {
  return at(technology.crossbar_area, inputs * outputs * bits, Quantity::area, technology);
}

TableEntry table_entry(const ActionCount& action, const Derived& energy) {
  return {std::string(action.component),
          std::string(action.action),
          rounded(energy.value),
          action.bits,
          energy.node,
          energy.formula,
          fmt::format("{}", fmt::join(energy.sources, "; "))};
}

ComponentArea component_area(std::string_view machine, std::string_view component, const Derived& area) {
  return {std::string(machine), std::string(component), rounded(area.value), area.formula,
          fmt::format("{}", fmt::join(area.sources, "; "))};
}

}  // namespace energy
