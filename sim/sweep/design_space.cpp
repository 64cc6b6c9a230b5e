#include "sim/sweep/design_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <unordered_map>

#include "pruning/input_error.hpp"
#include "sim/accelerator_config.hpp"
#include "workloads/random_stream.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

constexpr std::int64_t most_combinations = 1'000'000;          // that are all looked at
constexpr std::int64_t most_in_space = std::int64_t{1} << 53;  // that random numbers reach
constexpr std::int64_t most_draws = 10'000'000;

/// Turns values into numbers for constraints.
class Numbers {
 public:
  double of(const std::string& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
    if (text == "true") return 1;
    if (text == "false") return 0;
    // Any other number far from those that parameters take.
    return words_.try_emplace(text, 1e100 * static_cast<double>(words_.size() + 1)).first->second;
  }
  /// Of a word that some value is.
  [[nodiscard]] std::optional<double> of_known(const std::string& word) const {
    const auto found = words_.find(word);
    return found == words_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, double> words_;
};

/// The value of a key of the run file, as text; nothing if it has none.
std::optional<std::string> value_in(ConfigNode node, std::string_view key) {
  for (std::string_view rest = key; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('.'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (node.kind() != ConfigNode::Kind::mapping || !node.has(part)) return std::nullopt;
    node = node.at(part);
  }
  if (node.kind() != ConfigNode::Kind::scalar) return std::nullopt;
  return node.as_string();
}

std::string accelerator_key(const scnn::ParameterInfo& info) {
  return "accelerator." + std::string(info.key);
}

std::optional<std::string> default_of(std::string_view key) {
  for (const scnn::ParameterInfo& info : scnn::parameter_table()) {
    if (accelerator_key(info) == key) return value_text(info, {});
  }
  return std::nullopt;
}

/// A constraint with the places that its names have at a point.
class BoundConstraint {
 public:
  BoundConstraint(const SweepFile& sweep, const NamedConstraint& constraint, Numbers& numbers)
      : constraint_(constraint), values_(constraint_.names().size()) {
    for (std::size_t name = 0; name < constraint_.names().size(); ++name) bind(sweep, name, numbers);
  }

  bool holds(const Choices& choices) {
    for (const Variable& variable : variables_) {
      values_[variable.name] = variable.values[choices[variable.dimension]];
    }
    return constraint_.holds(values_);
  }

 private:
  struct Variable {
    std::size_t name;
    std::size_t dimension;
    std::vector<double> values;
  };

  void bind(const SweepFile& sweep, std::size_t number, Numbers& numbers) {
    const std::string& name = constraint_.names()[number];
    for (std::size_t dimension = 0; dimension < sweep.dimensions.size(); ++dimension) {
      for (const Axis& axis : sweep.dimensions[dimension].axes) {
        if (axis.key == name) {
          variables_.push_back({number, dimension, {}});
          for (const ConfigNode& value : axis.values)
            variables_.back().values.push_back(numbers.of(shown_value(value)));
          return;
        }
        if (name.starts_with(axis.key + '.')) {
          constraint_.fail(
              fmt::format("{} depends on the axis {}; a constraint takes axes and keys that are the same "
                          "for all points",
                          name, axis.key));
        }
      }
    }
    if (const auto value = value_in(sweep.base, name)) {
      values_[number] = numbers.of(*value);
    } else if (const auto preset = default_of(name)) {
      values_[number] = numbers.of(*preset);
    } else if (const auto word = numbers.of_known(name)) {
      values_[number] = *word;
    } else {
      fail_unknown(sweep, name);
    }
  }

  [[noreturn]] void fail_unknown(const SweepFile& sweep, const std::string& name) const {
    std::vector<std::string> known;
    for (const Axis* axis : sweep.axes()) known.push_back(axis->key);
    for (const scnn::ParameterInfo& info : scnn::parameter_table()) known.push_back(accelerator_key(info));
    const std::string near = workloads::nearest(name, known);
    constraint_.fail(fmt::format("'{}' is neither an axis nor a key with a single value in the run file{}", name,
                                 near.empty() ? "" : "; did you mean '" + near + "'?"));
  }

  Constraint constraint_;
  std::vector<double> values_;
  std::vector<Variable> variables_;
};

class DesignSpace {
 public:
  explicit DesignSpace(const SweepFile& sweep) : sweep_(sweep), size_(combinations(sweep)) {
    Numbers numbers;
    for (const Axis* axis : sweep.axes()) {
      for (const ConfigNode& value : axis->values) numbers.of(shown_value(value));
    }
    for (const NamedConstraint& constraint : sweep.constraints) constraints_.emplace_back(sweep, constraint, numbers);
  }

  [[nodiscard]] std::int64_t size() const { return size_; }
  [[nodiscard]] Choices at(std::int64_t index) const {
    Choices choices(sweep_.dimensions.size());
    for (std::size_t i = choices.size(); i-- > 0;) {
      const auto values = static_cast<std::int64_t>(sweep_.dimensions[i].size());
      choices[i] = static_cast<std::size_t>(index % values);
      index /= values;
    }
    return choices;
  }
  bool admits(const Choices& choices) {
    return std::all_of(constraints_.begin(), constraints_.end(),
                       [&](BoundConstraint& constraint) { return constraint.holds(choices); });
  }

 private:
  const SweepFile& sweep_;
  std::int64_t size_;
  std::vector<BoundConstraint> constraints_;
};

/// Draws without replacement: the beginning of a random permutation, of which only what was moved is kept.
std::vector<std::int64_t> sample_of(DesignSpace& space, const Sample& sample) {
  workloads::RandomStream random(sample.seed, "sweep", "");
  std::unordered_map<std::int64_t, std::int64_t> moved;
  const auto at = [&](std::int64_t place) {
    const auto found = moved.find(place);
    return found == moved.end() ? place : found->second;
  };
  std::vector<std::int64_t> chosen;
  for (std::int64_t i = 0; i < std::min(space.size(), most_draws) && std::ssize(chosen) < sample.points; ++i) {
    const std::int64_t other = i + static_cast<std::int64_t>(random.uniform() * static_cast<double>(space.size() - i));
    const std::int64_t drawn = at(other);
    moved[other] = at(i);
    if (space.admits(space.at(drawn))) chosen.push_back(drawn);
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace

std::int64_t combinations(const SweepFile& sweep) {
  std::int64_t product = 1;
  for (const Dimension& dimension : sweep.dimensions) {
    if (static_cast<double>(product) * static_cast<double>(dimension.size()) > static_cast<double>(most_in_space)) {
      throw pruning::InputError(dimension.axes.front().location,
                                fmt::format("makes more than {} combinations", most_in_space));
    }
    product *= static_cast<std::int64_t>(dimension.size());
  }
  return product;
}

std::vector<Choices> points_of(const SweepFile& sweep) {
  DesignSpace space(sweep);
  std::vector<Choices> points;
  if (sweep.sample) {
    for (const std::int64_t index : sample_of(space, *sweep.sample)) points.push_back(space.at(index));
  } else {
    if (space.size() > most_combinations) {
      throw pruning::InputError(sweep.dimensions.front().axes.front().location,
                                fmt::format("the axes make {} combinations, of at most {} that can all be simulated; "
                                            "take some with sample: {{points: N}}",
                                            space.size(), most_combinations));
    }
    for (std::int64_t index = 0; index < space.size(); ++index) {
      Choices choices = space.at(index);
      if (space.admits(choices)) points.push_back(std::move(choices));
    }
  }
  if (points.empty()) sweep.constraints.front().expression.fail("no point meets all constraints");
  return points;
}

}  // namespace sim
