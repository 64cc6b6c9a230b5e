#include "sim/accelerator_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/text.hpp"

namespace sim {

namespace {

using scnn::ParameterInfo;
using scnn::Parameters;
using workloads::ConfigNode;

const std::vector<std::string>& stationary_words() {
  static const std::vector<std::string> words{"input", "weight"};  // in the order of scnn::Stationary
  return words;
}

void read_value(const ConfigNode& node, const ParameterInfo& info, Parameters& parameters) {
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

/// Reads the mapping whose keys lie below `prefix` (empty, or dotted with a dot at its end).
void read_level(const ConfigNode& node, const std::string& prefix, Parameters& parameters) {
  std::vector<std::string> known;
  for (const ParameterInfo& info : scnn::parameter_table()) {
    if (!info.key.starts_with(prefix)) continue;
    const std::string name(info.key.substr(prefix.size(), info.key.find('.', prefix.size()) - prefix.size()));
    if (std::find(known.begin(), known.end(), name) == known.end()) known.push_back(name);
  }
  node.allow_keys(known);
  for (const std::string& name : known) {
    if (!node.has(name)) continue;
    const std::string key = prefix + name;
    const auto table = scnn::parameter_table();
    const auto info = std::find_if(table.begin(), table.end(), [&](const ParameterInfo& i) { return i.key == key; });
    if (info != table.end()) {
      read_value(node.at(name), *info, parameters);
    } else {
      read_level(node.at(name), key + '.', parameters);
    }
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

}  // namespace

Parameters read_accelerator(const ConfigNode& node) {
  Parameters parameters;
  read_level(node, "", parameters);
  if (const auto problem = scnn::problem_of(parameters)) node_of(node, problem->key).fail(problem->problem);
  return parameters;
}

std::string value_text(const ParameterInfo& info, const Parameters& parameters) {
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

std::string accelerator_yaml(const Parameters& parameters, int indent) {
  std::string text;
  std::string open;  // dotted prefix of the mappings that are open, with a dot at its end
  for (const ParameterInfo& info : scnn::parameter_table()) {
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
        fmt::format("{:{}}{}: {}", "", depth, info.key.substr(begin), value_text(info, parameters));
    text += fmt::format("{:<{}}  # {}{}\n", setting, indent + 30, info.meaning,
                        info.unit.empty() ? "" : fmt::format(" [{}]", info.unit));
  }
  return text;
}

}  // namespace sim
