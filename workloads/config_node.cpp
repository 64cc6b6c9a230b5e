// The half of ConfigNode that reads trees.

#include "workloads/config_node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <system_error>

#include "workloads/config_value.hpp"

namespace workloads {

namespace {

constexpr std::string_view digits = "0123456789";

std::string in_quotes(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "'";
  for (const char c : text.substr(0, longest)) {
    if (c == '\n') {
      out += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + (text.size() > longest ? "...'" : "'");
}

std::optional<std::int64_t> to_integer(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  const std::string_view magnitude = text.starts_with('-') ? text.substr(1) : text;
  // No leading zeros: YAML 1.1 reads them as octal, YAML 1.2 as decimal.
  if (magnitude.empty() || magnitude.find_first_not_of(digits) != std::string_view::npos) return {};
  if (magnitude.size() > 1 && magnitude.front() == '0') return {};
  if (text.size() - magnitude.size() > 1) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    return text.front() == '-' ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int64_t>::max();
  }
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<double> to_number(std::string_view text) {
  if (text.starts_with('+')) {
    text.remove_prefix(1);
    if (text.starts_with('-')) return {};
  }
  if (text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

template <class T>
std::string range(std::optional<T> least, std::optional<T> most) {
  if (least && most) return fmt::format(" from {} to {}", *least, *most);
  if (least) return fmt::format(" of at least {}", *least);
  if (most) return fmt::format(" of at most {}", *most);
  return {};
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? "" : fmt::format("; did you mean '{}'?", near);
}

}  // namespace

std::string key_below(const std::string& parent, std::string_view name) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::string_view(".=[]'\" ").find(c) == std::string_view::npos && static_cast<unsigned char>(c) >= 0x20;
  });
  std::string part;
  if (plain) {
    part = name;
  } else {
    part = in_quotes(name);
    part.front() = part.back() = '"';
  }
  return parent.empty() ? part : parent + '.' + part;
}

std::string key_of_item(const std::string& parent, std::size_t index) {
  return fmt::format("{}[{}]", parent, index);
}

ConfigNode::Value::Entry* ConfigNode::Value::find(std::string_view name) {
  const auto entry = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == name; });
  return entry == entries.end() ? nullptr : &*entry;
}

void ConfigNode::Value::rename(const std::string& key) {
  location.key = key;
  for (Entry& entry : entries) entry.value->rename(key_below(key, entry.name));
  for (std::size_t i = 0; i < items.size(); ++i) items[i]->rename(key_of_item(key, i));
}

std::shared_ptr<ConfigNode::Value> ConfigNode::Value::copy() const {
  auto value = std::make_shared<Value>(*this);
  for (Entry& entry : value->entries) entry.value = entry.value->copy();
  for (std::shared_ptr<Value>& item : value->items) item = item->copy();
  return value;
}

std::string ConfigNode::given() const {
  switch (value_->kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::scalar:
      break;
  }
  // Values that could be numbers or words of the language are shown as they stand, others in quotes.
  if (value_->quoted) return "the string " + in_quotes(value_->scalar);
  const bool number_like =
      value_->scalar.find_first_of(digits) == 0 ||
      (value_->scalar.size() > 1 && std::string_view("+-.").find(value_->scalar[0]) != std::string_view::npos);
  return number_like && value_->scalar.size() < 40 ? value_->scalar : in_quotes(value_->scalar);
}

ConfigNode::Kind ConfigNode::kind() const {
  return value_->kind;
}
const std::string& ConfigNode::key() const {
  return value_->location.key;
}
pruning::Location ConfigNode::location() const {
  return value_->location;
}
std::filesystem::path ConfigNode::base_directory() const {
  return value_->base_directory;
}

void ConfigNode::fail(const std::string& problem) const {
  throw pruning::InputError(value_->location, problem);
}

void ConfigNode::require(Kind kind, const std::string& expected) const {
  if (value_->kind != kind) fail(fmt::format("must be {}, got {}", expected, given()));
}

bool ConfigNode::has(std::string_view key) const {
  require(Kind::mapping, "a mapping");
  return value_->find(key) != nullptr;
}

ConfigNode ConfigNode::at(std::string_view key) const {
  require(Kind::mapping, "a mapping");
  if (const Value::Entry* entry = value_->find(key)) return ConfigNode(entry->value);
  pruning::Location where = value_->location;
  where.key = key_below(where.key, key);
  throw pruning::InputError(where, "is required, but missing");
}

std::vector<std::pair<std::string, ConfigNode>> ConfigNode::entries() const {
  require(Kind::mapping, "a mapping");
  std::vector<std::pair<std::string, ConfigNode>> all;
  for (const Value::Entry& entry : value_->entries) all.emplace_back(entry.name, ConfigNode(entry.value));
  return all;
}

void ConfigNode::allow_keys(std::initializer_list<std::string_view> known) const {
  allow_keys(std::vector<std::string>(known.begin(), known.end()));
}

void ConfigNode::allow_keys(const std::vector<std::string>& known) const {
  require(Kind::mapping, "a mapping");
  for (const Value::Entry& entry : value_->entries) {
    if (std::find(known.begin(), known.end(), entry.name) != known.end()) continue;
    pruning::Location where = entry.value->location;
    where.line = entry.line;
    where.column = entry.column;
    throw pruning::InputError(
        where, fmt::format("unknown key{} (known: {})", suggestion(entry.name, known), fmt::join(known, ", ")));
  }
}

std::vector<ConfigNode> ConfigNode::items() const {
  require(Kind::sequence, "a list");
  std::vector<ConfigNode> all;
  for (const std::shared_ptr<Value>& item : value_->items) all.push_back(ConfigNode(item));
  return all;
}

bool ConfigNode::as_bool() const {
  if (value_->kind == Kind::scalar && !value_->quoted) {
    if (value_->scalar == "true") return true;
    if (value_->scalar == "false") return false;
  }
  fail(fmt::format("must be true or false, got {}", given()));
}

std::int64_t ConfigNode::as_integer(std::int64_t least, std::int64_t most) const {
  using Limits = std::numeric_limits<std::int64_t>;
  const auto low = least == Limits::min() ? std::nullopt : std::optional(least);
  const auto high = most == Limits::max() ? std::nullopt : std::optional(most);
  const std::string expected = "must be an integer" + range(low, high);
  const bool unquoted = value_->kind == Kind::scalar && !value_->quoted;
  const std::optional<std::int64_t> value = unquoted ? to_integer(value_->scalar) : std::nullopt;
  if (!value) {
    const bool other_notation = unquoted && value_->scalar.find_first_of(digits) <= 1;
    fail(fmt::format("{}{}, got {}", expected, other_notation ? " in decimal digits" : "", given()));
  }
  if (*value < least || *value > most) fail(fmt::format("{}, got {}", expected, given()));
  return *value;
}

double ConfigNode::as_number(double least, double most) const {
  const auto low = std::isinf(least) ? std::nullopt : std::optional(least);
  const auto high = std::isinf(most) ? std::nullopt : std::optional(most);
  const bool unquoted = value_->kind == Kind::scalar && !value_->quoted;
  const std::optional<double> value = unquoted ? to_number(value_->scalar) : std::nullopt;
  if (!value || *value < least || *value > most) {
    fail(fmt::format("must be a number{}, got {}", range(low, high), given()));
  }
  return *value;
}

std::string ConfigNode::as_string() const {
  require(Kind::scalar, "a string");
  return value_->scalar;
}

std::size_t ConfigNode::as_choice(const std::vector<std::string>& words) const {
  if (value_->kind == Kind::scalar) {
    const auto word = std::find(words.begin(), words.end(), value_->scalar);
    if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  }
  fail(fmt::format("must be one of {}; got {}{}", fmt::join(words, ", "), given(),
                   value_->kind == Kind::scalar ? suggestion(value_->scalar, words) : ""));
}

std::filesystem::path ConfigNode::as_file() const {
  require(Kind::scalar, "the path of a file");
  if (value_->scalar.empty()) fail("must be the path of a file, got the string ''");
  std::filesystem::path path = value_->base_directory / value_->scalar;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) fail(fmt::format("no such file: {}", path.string()));
  if (std::filesystem::is_directory(status)) fail(fmt::format("is a directory, a file is expected: {}", path.string()));
  // It may never end.
  if (std::filesystem::is_character_file(status)) {
    fail(fmt::format("is a device, a file is expected: {}", path.string()));
  }
  if (error) fail(fmt::format("cannot be opened ({}): {}", error.message(), path.string()));
  return path;
}

ConfigNode ConfigNode::copy() const {
  ConfigNode root(value_->copy());
  root.value_->rename("");
  return root;
}

ConfigNode ConfigNode::with_scalar(std::string text) const {
  auto value = std::make_shared<Value>();
  value->kind = Kind::scalar;
  value->location = value_->location;
  value->base_directory = value_->base_directory;
  value->scalar = std::move(text);
  return ConfigNode(std::move(value));
}

void ConfigNode::replace(std::string_view key, const ConfigNode& other) {
  require(Kind::mapping, "a mapping");
  Value::Entry* entry = value_->find(key);
  if (entry == nullptr) entry = &value_->entries.emplace_back(Value::Entry{std::string(key), 0, 0, nullptr});
  other.value_->rename(key_below(value_->location.key, key));
  entry->value = other.value_;
}

}  // namespace workloads
