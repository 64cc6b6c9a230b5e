#include "sim/sweep/sweep_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>

#include "pruning/input_error.hpp"
#include "sim/run_file.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

constexpr std::int64_t most_values = 100'000;  // of one axis
constexpr double greatest = 1e15;              // of a range's numbers, which twelve digits tell apart

/// `{from, to, step}` or `{from, to, factor}`, the last value being the last one that is not above `to`.
std::vector<ConfigNode> read_range(const ConfigNode& node) {
  node.allow_keys({"from", "to", "step", "factor"});
  const bool linear = node.has("step");
  if (linear == node.has("factor")) {
    node.fail(linear ? "has both step and factor, one of them is allowed" : "needs one of step, factor; got neither");
  }
  const double from = node.at("from").as_number(-greatest, greatest);
  const double to = node.at("to").as_number(-greatest, greatest);
  if (to < from) node.at("to").fail(fmt::format("must be at least {}, where the range begins, got {}", from, to));
  const ConfigNode increase = node.at(linear ? "step" : "factor");
  const double by = increase.as_number(0, greatest);
  if (linear ? by <= 0 : by <= 1) increase.fail(fmt::format("must be above {}, got {}", linear ? 0 : 1, by));
  if (!linear && from <= 0) node.at("from").fail(fmt::format("must be above 0 to grow by a factor, got {}", from));

  std::vector<ConfigNode> values;
  const double reach = to + std::abs(to) * 1e-12;  // 0.1 + 2 x 0.1 counts as 0.3
  for (std::int64_t i = 0;; ++i) {
    const double value = linear ? from + static_cast<double>(i) * by : from * std::pow(by, static_cast<double>(i));
    if (value > reach) return values;
    if (i == most_values) node.fail(fmt::format("has more than {} values", most_values));
    values.push_back(
        node.with_scalar(value == std::floor(value) ? fmt::format("{:.0f}", value) : fmt::format("{:.12g}", value)));
  }
}

Axis read_axis(const std::string& key, const ConfigNode& node) {
  Axis axis{key, node.location(), {}};
  axis.location.key = key;
  if (node.kind() == ConfigNode::Kind::mapping) {
    axis.values = read_range(node);
  } else if (node.kind() == ConfigNode::Kind::sequence) {
    axis.values = node.items();
    if (axis.values.empty()) node.fail("must have at least one value, got an empty list");
  } else {
    node.fail("must be a list of values, {from, to, step} or {from, to, factor}");
  }
  return axis;
}

Dimension read_crossed(const std::string& key, const ConfigNode& node) {
  Axis axis = read_axis(key, node);
  std::set<std::string> seen;
  for (const ConfigNode& value : axis.values) {
    if (!seen.insert(shown_value(value)).second) value.fail(fmt::format("{} is listed twice", shown_value(value)));
  }
  return {{std::move(axis)}};
}

/// A mapping of axes that vary together.
Dimension read_zipped(const ConfigNode& node) {
  Dimension dimension;
  for (const auto& [key, values] : node.entries()) {
    dimension.axes.push_back(read_axis(key, values));
    if (dimension.axes.back().values.size() == dimension.size()) continue;
    values.fail(fmt::format("has {} values, but {}, which it varies with, has {}", dimension.axes.back().values.size(),
                            dimension.axes.front().key, dimension.size()));
  }
  if (dimension.axes.empty()) node.fail("must have at least one axis, got none");
  return dimension;
}

void check_keys(const SweepFile& sweep) {
  const std::vector<const Axis*> axes = sweep.axes();
  for (std::size_t later = 0; later < axes.size(); ++later) {
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const std::string& before = axes[earlier]->key;
      if (before == axes[later]->key) throw pruning::InputError(axes[later]->location, "is an axis already");
      if (before.starts_with(axes[later]->key + '.')) {
        throw pruning::InputError(axes[later]->location,
                                  fmt::format("would replace what the axis {} sets; it must come first", before));
      }
    }
  }
}

std::vector<Objective> read_objectives(const ConfigNode& root) {
  const auto known = objectives();
  if (!root.has("objectives")) return {known[0], known[1]};
  std::vector<std::string> names;
  for (const Objective& objective : known) names.emplace_back(objective.name);
  std::vector<Objective> chosen;
  for (const ConfigNode& item : root.at("objectives").items()) {
    const Objective& objective = known[item.as_choice(names)];
    if (std::any_of(chosen.begin(), chosen.end(), [&](const Objective& o) { return o.name == objective.name; })) {
      item.fail(fmt::format("{} is listed twice", objective.name));
    }
    chosen.push_back(objective);
  }
  if (chosen.empty()) root.at("objectives").fail("must name at least one objective, got an empty list");
  return chosen;
}

ConfigNode read_base(const ConfigNode& root) {
  const ConfigNode base = root.at("base");
  if (base.kind() == ConfigNode::Kind::null) base.fail("must be the path of a run file or its mapping, got nothing");
  ConfigNode run = base.kind() == ConfigNode::Kind::mapping ? base.copy() : ConfigNode::load(base.as_file());
  RunOptions options;
  if (root.has("set")) {
    for (const auto& [key, value] : root.at("set").entries()) options.overlays.push_back({key, value});
  }
  resolve_run(run, options);
  return run;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

std::vector<const Axis*> SweepFile::axes() const {
  std::vector<const Axis*> all;
  for (const Dimension& dimension : dimensions) {
    for (const Axis& axis : dimension.axes) all.push_back(&axis);
  }
  return all;
}

SweepFile read_sweep_file(const std::filesystem::path& file) {
  const ConfigNode root = ConfigNode::load(file);
  root.allow_keys({"base", "set", "axes", "zipped", "constraints", "sample", "objectives"});
  SweepFile sweep{file.stem().string(), content_of(file), read_base(root), {}, {}, {}, read_objectives(root)};
  if (root.has("axes")) {
    for (const auto& [key, node] : root.at("axes").entries()) sweep.dimensions.push_back(read_crossed(key, node));
  }
  if (root.has("zipped")) {
    for (const ConfigNode& group : root.at("zipped").items()) sweep.dimensions.push_back(read_zipped(group));
  }
  if (sweep.dimensions.empty()) root.fail("needs axes or zipped, got neither");
  check_keys(sweep);
  if (root.has("constraints")) {
    for (const auto& [name, node] : root.at("constraints").entries()) {
      static_cast<void>(node.as_string());
      sweep.constraints.push_back({name, node});
    }
  }
  if (root.has("sample")) {
    const ConfigNode node = root.at("sample");
    node.allow_keys({"points", "seed"});
    sweep.sample.emplace();
    sweep.sample->points = node.at("points").as_integer(1, 1'000'000);
    if (node.has("seed")) {
      sweep.sample->seed =
          static_cast<std::uint64_t>(node.at("seed").as_integer(0, std::numeric_limits<std::int64_t>::max()));
    }
  }
  return sweep;
}

std::string shown_value(const ConfigNode& value) {
  std::string text;
  switch (value.kind()) {
    case ConfigNode::Kind::null:
      return "null";
    case ConfigNode::Kind::scalar:
      return value.as_string();
    case ConfigNode::Kind::sequence:
      for (const ConfigNode& item : value.items()) text += (text.empty() ? "" : ", ") + shown_value(item);
      return '[' + text + ']';
    case ConfigNode::Kind::mapping:
      for (const auto& [key, item] : value.entries())
        text += (text.empty() ? "" : ", ") + key + ": " + shown_value(item);
  }
  return '{' + text + '}';
}

}  // namespace sim
