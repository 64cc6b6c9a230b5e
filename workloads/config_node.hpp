#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pruning/input_error.hpp"

namespace workloads {

/// A value of a YAML document together with the place it came from. Reading is strict: a wrong
/// type, a value out of range, a missing, repeated or unknown key throws `pruning::InputError`
/// that names file, line, column and dotted key, what was given and what is allowed.
///
/// Nodes are cheap handles to a shared, mutable tree; parts of one tree may come from several files.
class ConfigNode {
 public:
  enum class Kind { null, scalar, sequence, mapping };

  /// @throws pruning::InputError if the file cannot be read or is no YAML document
  static ConfigNode load(const std::filesystem::path& file);
  /// @param name stands for the file name in messages
  static ConfigNode parse(std::string_view text, const std::string& name);

  [[nodiscard]] Kind kind() const;
  /// Dotted path from the root of the run file, for example `accelerator.pe.rows`.
  [[nodiscard]] const std::string& key() const;
  /// The file (or `--set KEY=VALUE`) that the value stands in, and where.
  [[nodiscard]] pruning::Location location() const;
  /// Directory that relative paths in this value refer to: that of its file, or the working directory.
  [[nodiscard]] std::filesystem::path base_directory() const;
  [[noreturn]] void fail(const std::string& problem) const;

  // Mappings
  [[nodiscard]] bool has(std::string_view key) const;
  /// The value of a key. @throws InputError if it is missing
  [[nodiscard]] ConfigNode at(std::string_view key) const;
  [[nodiscard]] std::vector<std::pair<std::string, ConfigNode>> entries() const;
  /// Any key outside this list is an error that names the nearest known key.
  void allow_keys(std::initializer_list<std::string_view> known) const;
  void allow_keys(const std::vector<std::string>& known) const;

  // Sequences
  [[nodiscard]] std::vector<ConfigNode> items() const;

  // Scalars
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_integer(std::int64_t least, std::int64_t most) const;
  [[nodiscard]] double as_number(double least, double most) const;
  [[nodiscard]] std::string as_string() const;
  /// One of the given words. @return its position in the list
  [[nodiscard]] std::size_t as_choice(const std::vector<std::string>& words) const;
  /// A path, made relative to `base_directory()` unless absolute; must name an existing file.
  [[nodiscard]] std::filesystem::path as_file() const;

  /// Sets `dotted` (mappings on the way are made as needed) to a YAML value, as `--set` does.
  /// @param text `KEY=VALUE`
  void set(const std::string& text);
  /// Likewise, to a copy of a value that stands elsewhere: messages and relative paths go by its place there.
  void set(const std::string& dotted, const ConfigNode& value);
  /// A tree of its own with the same values, of which this one is the root.
  [[nodiscard]] ConfigNode copy() const;
  /// A single value that stands where this one does.
  [[nodiscard]] ConfigNode with_scalar(std::string text) const;
  /// Puts `other` in the place of the value of `key`; keys below it are renamed accordingly.
  void replace(std::string_view key, const ConfigNode& other);

 private:
  struct Value;
  class Parser;
  explicit ConfigNode(std::shared_ptr<Value> value) : value_(std::move(value)) {}

  /// The value as messages show it.
  [[nodiscard]] std::string given() const;
  void require(Kind kind, const std::string& expected) const;
  void put(const std::vector<std::string>& path, std::shared_ptr<Value> given);

  std::shared_ptr<Value> value_;
};

/// The word of `known` with the smallest edit distance to `word`; empty if none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace workloads
