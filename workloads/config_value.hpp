#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/config_node.hpp"

namespace workloads {

/// What a `ConfigNode` points to; shared by the reading and the parsing half of the class alone.
struct ConfigNode::Value {
  struct Entry {
    std::string name;
    int line = 0;  ///< of the key
    int column = 0;
    std::shared_ptr<Value> value;
  };

  Kind kind = Kind::null;
  pruning::Location location;            ///< of the value; its `key` is the dotted path
  std::filesystem::path base_directory;  ///< empty: the working directory
  std::string scalar;
  bool quoted = false;  ///< the scalar is a string whatever it looks like
  std::vector<Entry> entries;
  std::vector<std::shared_ptr<Value>> items;

  [[nodiscard]] Entry* find(std::string_view name);
  /// Gives this value the dotted path `key` and all below it theirs.
  void rename(const std::string& key);
  [[nodiscard]] std::shared_ptr<Value> copy() const;
};

/// Dotted path of `name` below `parent`; names that hold a dot or the like are quoted as in `--set`.
std::string key_below(const std::string& parent, std::string_view name);
/// Path of an element of a list, `parent[index]`.
std::string key_of_item(const std::string& parent, std::size_t index);

}  // namespace workloads
