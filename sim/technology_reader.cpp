#include "sim/technology_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sim {

namespace {

using energy::Curve;
using energy::PublishedPoint;
using energy::Technology;
using workloads::ConfigNode;

constexpr double least_value = 1e-12;
constexpr double most_value = 1e12;

double positive(const ConfigNode& node, std::string_view key) {
  return node.at(key).as_number(least_value, most_value);
}

/// What a point of a curve states: sizes that multiply up to its size, and one value.
struct PointKeys {
  std::vector<std::string> sizes;
  std::string value;
  std::string divisor;  ///< the value is that of so many; empty: of one
};

PublishedPoint read_point(const ConfigNode& node, const PointKeys& keys, const Technology& technology, bool is_scaled) {
  std::vector<std::string> known = keys.sizes;
  known.insert(known.end(), {keys.value, "node", "source"});
  if (!keys.divisor.empty()) known.push_back(keys.divisor);
  node.allow_keys(known);
  PublishedPoint point;
  point.size = 1;
  for (const std::string& size : keys.sizes) point.size *= positive(node, size);
  point.value = positive(node, keys.value);
  if (!keys.divisor.empty()) point.value /= positive(node, keys.divisor);
  point.node = node.at("node").as_string();
  point.source = node.at("source").as_string();
  if (!is_scaled || point.node == technology.node) return point;
  const bool is_area = keys.value == "area_um2";
  const bool has_scaling = std::any_of(
      technology.scaling.begin(), technology.scaling.end(),
      [&](const energy::NodeScaling& scaling) { return scaling.node == point.node && (!is_area || scaling.area > 0); });
  if (!has_scaling) {
    node.at("node").fail(fmt::format("scaling has no factor of {} from {} to {}", is_area ? "area" : "energy",
                                     point.node, technology.node));
  }
  return point;
}

/// A list of points.
void read_curve(const ConfigNode& parent, const char* name, const PointKeys& keys, const Technology& technology,
                Curve& curve) {
  const ConfigNode list = parent.at(name);
  for (const ConfigNode& item : list.items()) {
    curve.points.push_back(read_point(item, keys, technology, true));
    const auto count = curve.points.size();
    if (count > 1 && curve.points[count - 2].size >= curve.points[count - 1].size) {
      item.fail(fmt::format("must be of a larger size than the point before it: sizes rise"));
    }
  }
  if (curve.points.empty()) list.fail("must hold at least one point, got an empty list");
}

void read_ratio(const ConfigNode& node, energy::PublishedRatio& ratio) {
  node.allow_keys({"ratio", "source"});
  ratio.value = node.at("ratio").as_number(0, most_value);
  ratio.source = node.at("source").as_string();
}

}  // namespace

Technology read_technology(const ConfigNode& node) {
  node.allow_keys({"node", "scaling", "multiplication", "addition", "comparison", "memory", "wire", "dram",
                   "gated_multiplication", "transfer_to_neighbour", "multiplier_area", "adder_area", "memory_area",
                   "crossbar_area"});
  Technology technology;
  technology.node = node.at("node").as_string();
  for (const auto& [name, factors] : node.at("scaling").entries()) {
    factors.allow_keys({"energy", "area", "source"});
    technology.scaling.push_back({name, positive(factors, "energy"),
                                  factors.has("area") ? positive(factors, "area") : 0,
                                  factors.at("source").as_string()});
  }
  const PointKeys energy_by_width{{"bits"}, "energy_pj", ""};
  const PointKeys area_by_width{{"bits"}, "area_um2", ""};
  read_curve(node, "multiplication", energy_by_width, technology, technology.multiplication);
  read_curve(node, "addition", energy_by_width, technology, technology.addition);
  read_curve(node, "comparison", energy_by_width, technology, technology.comparison);
  read_curve(node, "memory", {{"bytes"}, "energy_pj", "bits"}, technology, technology.memory);
  read_curve(node, "multiplier_area", area_by_width, technology, technology.multiplier_area);
  read_curve(node, "adder_area", area_by_width, technology, technology.adder_area);
  read_curve(node, "memory_area", {{"bytes"}, "area_um2", ""}, technology, technology.memory_area);
  technology.wire.points = {read_point(node.at("wire"), {{"mm"}, "energy_pj", "bits"}, technology, false)};
  technology.dram.points = {read_point(node.at("dram"), energy_by_width, technology, false)};
  technology.crossbar_area.points = {
      read_point(node.at("crossbar_area"), {{"inputs", "outputs", "bits"}, "area_um2", ""}, technology, true)};
  read_ratio(node.at("gated_multiplication"), technology.gated_multiplication);
  read_ratio(node.at("transfer_to_neighbour"), technology.transfer_to_neighbour);
  return technology;
}

}  // namespace sim
