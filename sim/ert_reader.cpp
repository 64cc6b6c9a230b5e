#include "sim/ert_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "sim/counted_actions.hpp"

namespace sim {

namespace {

using energy::ActionCount;
using workloads::ConfigNode;

constexpr double most_energy = 1e12;
constexpr std::int64_t most_bits = 1 << 20;

std::vector<std::string> names_of(const std::vector<ConfigNode>& named) {
  std::vector<std::string> names;
  for (const ConfigNode& node : named) add_once(names, node.at("name").as_string());
  return names;
}

/// The one that fits; `all` are those there are, `where` is the run file's word on it, `apart` what would tell several
/// apart.
ConfigNode the_one(const std::vector<ConfigNode>& fitting, const std::vector<ConfigNode>& all, const ConfigNode& where,
                   const std::string& wanted, std::string_view apart) {
  if (fitting.size() > 1) where.fail(fmt::format("{} is there more than once: state {}", wanted, apart));
  if (fitting.empty()) {
    where.fail(fmt::format("{} is not there; map it to one of: {}", wanted, fmt::join(names_of(all), ", ")));
  }
  return fitting.front();
}

/// What stands for an action there.
struct MappedAction {
  std::string name;
  std::int64_t bits = 0;                ///< width that its energy stands for
  std::optional<ConfigNode> arguments;  ///< of several of that name
};

MappedAction mapped_action(const ConfigNode& action, const ActionCount& count) {
  if (action.kind() == ConfigNode::Kind::scalar) return {action.as_string(), count.bits, {}};
  action.allow_keys({"name", "bits", "arguments"});
  MappedAction mapped{std::string(count.action), count.bits, {}};
  if (action.has("name")) mapped.name = action.at("name").as_string();
  if (action.has("bits")) mapped.bits = action.at("bits").as_integer(1, most_bits);
  if (action.has("arguments")) mapped.arguments = action.at("arguments");
  return mapped;
}

bool fits(const ConfigNode& there, const MappedAction& wanted) {
  if (there.at("name").as_string() != wanted.name) return false;
  if (!wanted.arguments) return true;
  if (!there.has("arguments") || there.at("arguments").kind() != ConfigNode::Kind::mapping) return false;
  const ConfigNode arguments = there.at("arguments");
  const std::vector<std::pair<std::string, ConfigNode>> all = wanted.arguments->entries();
  return std::all_of(all.begin(), all.end(), [&](const auto& argument) {
    return arguments.has(argument.first) && arguments.at(argument.first).as_string() == argument.second.as_string();
  });
}

void check_map(const ConfigNode& map, const std::vector<ActionCount>& counted) {
  map.allow_keys(component_names(counted));
  for (const auto& [component, mapped] : map.entries()) {
    mapped.allow_keys({"name", "actions"});
    if (mapped.has("actions")) mapped.at("actions").allow_keys(action_names(counted, component));
  }
}

/// The tables whose names end in the one wanted; of several, those below the machine's name.
std::vector<ConfigNode> tables_named(const std::vector<ConfigNode>& tables, const std::string& name, Machine machine) {
  std::vector<ConfigNode> fitting;
  std::vector<ConfigNode> own;
  for (const ConfigNode& table : tables) {
    const std::string full = table.at("name").as_string();
    if (full != name && !full.ends_with('.' + name)) continue;
    fitting.push_back(table);
    if (full.starts_with(name_of(machine) + '.')) own.push_back(table);
  }
  return fitting.size() > 1 && !own.empty() ? own : fitting;
}

/// An energy reference table and what the run file says of it.
class Reader {
 public:
  explicit Reader(const ConfigNode& node) : node_(node), file_(node.at("ert").as_file()) {
    const ConfigNode document = ConfigNode::load(file_);
    document.allow_keys({"ERT"});
    document.at("ERT").allow_keys({"version", "tables"});
    const ConfigNode tables = document.at("ERT").at("tables");
    tables_ = tables.items();
    if (tables_.empty()) tables.fail("must hold at least one table, got an empty list");
  }

  [[nodiscard]] energy::TableEntry entry_of(Machine machine, const ActionCount& count) const {
    const std::string component(count.component);
    std::optional<ConfigNode> mapped;
    if (node_.has("map") && node_.at("map").has(component)) mapped = node_.at("map").at(component);
    const std::string name = mapped && mapped->has("name") ? mapped->at("name").as_string() : component;
    const ConfigNode where = mapped ? *mapped : node_.at("ert");  // that a reader has to change
    const ConfigNode table = the_one(tables_named(tables_, name, machine), tables_, where,
                                     fmt::format("component {} of {}", name, file_name()), "one name in full");
    table.allow_keys({"name", "actions"});

    std::optional<ConfigNode> mapped_to;
    if (mapped && mapped->has("actions") && mapped->at("actions").has(count.action)) {
      mapped_to = mapped->at("actions").at(count.action);
    }
    const MappedAction wanted =
        mapped_to ? mapped_action(*mapped_to, count) : MappedAction{std::string(count.action), count.bits, {}};
    const std::string full_name = table.at("name").as_string();
    const std::vector<ConfigNode> actions = table.at("actions").items();
    std::vector<ConfigNode> fitting;
    for (const ConfigNode& there : actions) {
      if (fits(there, wanted)) fitting.push_back(there);
    }
    const ConfigNode entry = the_one(
        fitting, actions, mapped_to.value_or(where),
        fmt::format("action {}{} of component {} of {}, for {}.{},", wanted.name,
                    wanted.arguments ? " with these arguments" : "", full_name, file_name(), component, count.action),
        "its arguments");
    entry.allow_keys({"name", "arguments", "energy"});
    return {component,
            std::string(count.action),
            entry.at("energy").as_number(0, most_energy),
            wanted.bits,
            "as in " + file_name(),
            "",
            fmt::format("{}: {}, {}", file_name(), full_name, wanted.name)};
  }

  [[nodiscard]] std::string table_name() const {
    return node_.has("name") ? node_.at("name").as_string() : file_.stem().string();
  }

 private:
  [[nodiscard]] std::string file_name() const { return file_.filename().string(); }

  ConfigNode node_;
  std::filesystem::path file_;
  std::vector<ConfigNode> tables_;
};

}  // namespace

energy::Table read_energy_reference_table(const ConfigNode& node, const std::vector<Machine>& machines,
                                          const Accelerator& accelerator) {
  node.allow_keys({"name", "ert", "map"});
  if (node.has("map")) check_map(node.at("map"), counted_actions(machines, accelerator));

  const Reader reader(node);
  energy::Table result;
  result.name = reader.table_name();
  for (const Machine machine : machines) {
    for (const ActionCount& count : actions_of(machine, {}, accelerator)) {
      if (result.find(count.component, count.action) == nullptr) {
        result.add(reader.entry_of(machine, count));
      }
    }
  }
  return result;
}

}  // namespace sim
