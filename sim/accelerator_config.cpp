#include "sim/accelerator_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/text.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;

const std::vector<std::string>& stationary_words() {
  static const std::vector<std::string> words{"input", "weight"};  // in the order of scnn::Stationary
  return words;
}

template <class Info>
void read_value(const ConfigNode& node, const Info& info, typename Info::Parameters& parameters) {
  std::visit(
      [&](auto field) {
        auto& value = parameters.*field;
        using Value = std::remove_reference_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          value = node.as_bool();
        } else if constexpr (std::is_same_v<Value, double>) {
          value = node.as_number(info.least, info.most);
        } else if constexpr (std::is_same_v<Value, scnn::Stationary>) {
          value = static_cast<scnn::Stationary>(node.as_choice(stationary_words()));
        } else {
          value = node.as_integer(static_cast<std::int64_t>(info.least), static_cast<std::int64_t>(info.most));
        }
      },
      info.field);
}

/// Calls `visit` with the description of every parameter of every machine and the parameters that it is of.
template <class Visit>
void visit_parameters(Accelerator& accelerator, const Visit& visit) {
  for (const scnn::ParameterInfo& info : scnn::parameter_table()) {
    visit(info, static_cast<scnn::Parameters&>(accelerator));
  }
  for (const eie::ParameterInfo& info : eie::parameter_table()) visit(info, accelerator.eie);
}

/// Reads the mapping whose keys lie below `prefix` (empty, or dotted with a dot at its end).
void read_level(const ConfigNode& node, const std::string& prefix, Accelerator& accelerator) {
  std::vector<std::string> known;
  visit_parameters(accelerator, [&](const auto& info, const auto& /*parameters*/) {
    if (!info.key.starts_with(prefix)) return;
    const std::string name(info.key.substr(prefix.size(), info.key.find('.', prefix.size()) - prefix.size()));
    if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
  });
  node.allow_keys(known);
  for (const std::string& name : known) {
    if (!node.has(name)) continue;
    const std::string key = prefix + name;
    bool is_parameter = false;
    visit_parameters(accelerator, [&](const auto& info, auto& parameters) {
      if (info.key != key) return;
      is_parameter = true;
      read_value(node.at(name), info, parameters);
    });
    if (!is_parameter) read_level(node.at(name), key + '.', accelerator);
  }
}

/// Where the file states a parameter, or the mapping that lacks it.
ConfigNode node_of(ConfigNode node, std::string_view key) {
  while (!key.empty()) {
    const std::string_view name = key.substr(0, key.find('.'));
    if (!node.has(name)) break;
    node = node.at(name);
    key.remove_prefix(std::min(key.size(), name.size() + 1));
  }
  return node;
}

template <class Info>
std::string text_of(const Info& info, const typename Info::Parameters& parameters) {
  return std::visit(
      [&](auto field) -> std::string {
        const auto value = parameters.*field;
        using Value = std::remove_const_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          return value ? "true" : "false";
        } else if constexpr (std::is_same_v<Value, scnn::Stationary>) {
          return stationary_words()[static_cast<std::size_t>(value)];
        } else if constexpr (std::is_same_v<Value, double>) {
          return number_text(value);
        } else {
          return fmt::format("{}", value);
        }
      },
      info.field);
}

template <class Info>
std::string yaml_of(std::span<const Info> table, const typename Info::Parameters& parameters, int indent) {
  std::string text;
  std::string open;  // dotted prefix of the mappings that are open, with a dot at its end
  for (const Info& info : table) {
    std::size_t begin = 0;
    int depth = indent;
    for (std::size_t dot = info.key.find('.'); dot != std::string_view::npos; dot = info.key.find('.', begin)) {
      if (!open.starts_with(info.key.substr(0, dot + 1))) {
        text += fmt::format("{:{}}{}:\n", "", depth, info.key.substr(begin, dot - begin));
      }
      begin = dot + 1;
      depth += 2;
    }
    open = info.key.substr(0, begin);
    const std::string setting =
        fmt::format("{:{}}{}: {}", "", depth, info.key.substr(begin), text_of(info, parameters));
    text += fmt::format("{:<{}}  # {}{}\n", setting, indent + 30, info.meaning,
                        info.unit.empty() ? "" : fmt::format(" [{}]", info.unit));
  }
  return text;
}

}  // namespace

Accelerator read_accelerator(const ConfigNode& node) {
  Accelerator accelerator;
  read_level(node, "", accelerator);
  if (const auto problem = scnn::problem_of(accelerator)) node_of(node, problem->key).fail(problem->problem);
  return accelerator;
}

std::string value_text(const scnn::ParameterInfo& info, const scnn::Parameters& parameters) {
  return text_of(info, parameters);
}
std::string value_text(const eie::ParameterInfo& info, const eie::Parameters& parameters) {
  return text_of(info, parameters);
}

std::string accelerator_yaml(const scnn::Parameters& parameters, int indent) {
  return yaml_of(scnn::parameter_table(), parameters, indent);
}
std::string eie_yaml(const eie::Parameters& parameters, int indent) {
  return yaml_of(eie::parameter_table(), parameters, indent);
}

}  // namespace sim
