// The half of ConfigNode that turns text into trees: files, strings and `--set KEY=VALUE`.

#include <fmt/format.h>
#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

#include "workloads/config_value.hpp"

namespace workloads {

namespace {

// Far above what any network or run file needs; low enough that hostile aliases stay cheap.
constexpr std::size_t greatest_depth = 64;
constexpr std::size_t greatest_count = 100'000;

constexpr std::string_view plain_tag = "?";
constexpr std::string_view quoted_tag = "!";
constexpr std::string_view string_tag = "tag:yaml.org,2002:str";

/// Lets yaml-cpp look for syntax errors alone: it passes on events of a value that is cut off before it sees that.
class SyntaxCheck final : public YAML::EventHandler {
 public:
  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t, const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

bool indented_with_tab(std::string_view text, int line) {
  for (; line > 0 && !text.empty(); --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find_first_not_of(" \t")).find('\t') != std::string_view::npos;
}

}  // namespace

/// Builds the tree from yaml-cpp's events, which (unlike its nodes) still know repeated keys, further documents,
/// aliases and whether a scalar was quoted.
class ConfigNode::Parser final : public YAML::EventHandler {
 public:
  /// @param positions false: lines and columns say nothing to the user, as in `--set`
  Parser(std::string file, std::filesystem::path base_directory, std::string key, bool positions)
      : file_(std::move(file)),
        base_directory_(std::move(base_directory)),
        root_key_(std::move(key)),
        positions_(positions) {}

  std::shared_ptr<Value> parse(std::string_view text) {
    try {
      std::istringstream checked{std::string(text)};
      SyntaxCheck syntax;
      YAML::Parser(checked).HandleNextDocument(syntax);

      std::istringstream stream{std::string(text)};
      YAML::Parser parser(stream);
      if (!parser.HandleNextDocument(*this)) return make(Kind::null, YAML::Mark::null_mark(), root_key_);
      one_document_done_ = true;  // a further one fails when it starts
      parser.HandleNextDocument(*this);
    } catch (const YAML::DeepRecursion& error) {
      fail_nesting(error.mark);
    } catch (const YAML::Exception& error) {
      const bool tab = !error.mark.is_null() && indented_with_tab(text, error.mark.line);
      fail(error.mark, {},
           fmt::format("is not valid YAML: {}{}", error.msg, tab ? "; indent with spaces, not with tabs" : ""));
    }
    return root_;
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (one_document_done_) fail(mark, {}, "the YAML document ends before this; only one is allowed");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (key_expected()) fail(mark, open_.back().value->location.key, "a key must be a word, got nothing");
    add(make(Kind::null, mark, next_key()), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (key_expected()) fail(mark, open_.back().value->location.key, "a key must be a word, got an alias");
    const auto target = anchors_.find(anchor);
    if (target == anchors_.end()) fail(mark, next_key(), "an alias must not stand inside the value that it repeats");
    std::shared_ptr<Value> repeated = copy(*target->second, mark, open_.size());
    repeated->rename(next_key());
    add(std::move(repeated), YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    if (tag != plain_tag && tag != quoted_tag && tag != string_tag) {
      fail(mark, next_key(), fmt::format("YAML tags are not supported, got {}", tag));
    }
    if (key_expected()) {
      take_key(mark, value);
      return;
    }
    auto scalar = make(Kind::scalar, mark, next_key());
    scalar->scalar = value;
    scalar->quoted = tag != plain_tag;
    add(std::move(scalar), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    if (key_expected()) fail(mark, open_.back().value->location.key, "a key must be a word, got a list");
    open(Kind::sequence, mark, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    if (key_expected()) fail(mark, open_.back().value->location.key, "a key must be a word, got a mapping");
    open(Kind::mapping, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    std::shared_ptr<Value> value;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;  ///< the last entry of the mapping waits for its value
  };

  [[nodiscard]] pruning::Location place(const YAML::Mark& mark, const std::string& key) const {
    const bool known = positions_ && !mark.is_null();
    return {file_, known ? mark.line + 1 : 0, known ? mark.column + 1 : 0, key};
  }

  [[noreturn]] void fail(const YAML::Mark& mark, const std::string& key, const std::string& problem) const {
    throw pruning::InputError(place(mark, key), problem);
  }

  void count(const YAML::Mark& mark) {
    if (++count_ > greatest_count) {
      fail(mark, {}, fmt::format("holds more than {} values, those repeated by aliases included", greatest_count));
    }
  }

  std::shared_ptr<Value> make(Kind kind, const YAML::Mark& mark, const std::string& key) {
    count(mark);
    auto value = std::make_shared<Value>();
    value->kind = kind;
    value->location = place(mark, key);
    value->base_directory = base_directory_;
    return value;
  }

  std::shared_ptr<Value> copy(const Value& original, const YAML::Mark& mark, std::size_t depth) {
    check_depth(mark, depth);
    count(mark);
    auto value = std::make_shared<Value>(original);
    for (Value::Entry& entry : value->entries) entry.value = copy(*entry.value, mark, depth + 1);
    for (std::shared_ptr<Value>& item : value->items) item = copy(*item, mark, depth + 1);
    return value;
  }

  void check_depth(const YAML::Mark& mark, std::size_t depth) const {
    if (depth >= greatest_depth) fail_nesting(mark);
  }

  [[noreturn]] void fail_nesting(const YAML::Mark& mark) const {
    fail(mark, {}, fmt::format("values are nested more than {} deep", greatest_depth));
  }

  [[nodiscard]] bool key_expected() const {
    return !open_.empty() && open_.back().value->kind == Kind::mapping && !open_.back().has_key;
  }

  /// Dotted path of the value that comes next.
  [[nodiscard]] std::string next_key() const {
    if (open_.empty()) return root_key_;
    const Value& parent = *open_.back().value;
    if (parent.kind == Kind::sequence) return key_of_item(parent.location.key, parent.items.size());
    return open_.back().has_key ? key_below(parent.location.key, parent.entries.back().name) : parent.location.key;
  }

  void take_key(const YAML::Mark& mark, const std::string& name) {
    Value& mapping = *open_.back().value;
    if (const Value::Entry* first = mapping.find(name)) {
      const std::string where = positions_ ? fmt::format("; it stands in line {} already", first->line) : "";
      fail(mark, key_below(mapping.location.key, name), "repeated key" + where);
    }
    const pruning::Location at = place(mark, {});
    mapping.entries.push_back({name, at.line, at.column, nullptr});
    open_.back().has_key = true;
  }

  void open(Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    check_depth(mark, open_.size());
    open_.push_back({make(kind, mark, next_key()), anchor, false});
  }

  void close() {
    const Open closed = open_.back();
    open_.pop_back();
    add(closed.value, closed.anchor);
  }

  void add(std::shared_ptr<Value> value, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) anchors_[anchor] = value;
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Open& parent = open_.back(); parent.value->kind == Kind::sequence) {
      parent.value->items.push_back(std::move(value));
    } else {
      parent.value->entries.back().value = std::move(value);
      parent.has_key = false;
    }
  }

  std::string file_;
  std::filesystem::path base_directory_;
  std::string root_key_;
  bool positions_;
  bool one_document_done_ = false;
  std::size_t count_ = 0;
  std::shared_ptr<Value> root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, std::shared_ptr<Value>> anchors_;
};

ConfigNode ConfigNode::load(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw pruning::InputError({file.string(), 0, 0, {}}, "is a directory; a YAML file is expected");
  }
  if (std::filesystem::is_character_file(file, error)) {
    throw pruning::InputError({file.string(), 0, 0, {}}, "is a device; a YAML file is expected");
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    const bool exists = std::filesystem::exists(file, error);
    throw pruning::InputError({file.string(), 0, 0, {}}, exists ? "cannot be read" : "no such file");
  }
  std::ostringstream text;
  text << stream.rdbuf();
  if (stream.bad()) throw pruning::InputError({file.string(), 0, 0, {}}, "cannot be read");
  return ConfigNode(Parser(file.string(), file.parent_path(), {}, true).parse(text.str()));
}

ConfigNode ConfigNode::parse(std::string_view text, const std::string& name) {
  return ConfigNode(Parser(name, {}, {}, true).parse(text));
}

namespace {

struct Setting {
  std::vector<std::string> path;
  std::string value;
};

/// Splits `a."b.c".d=VALUE`.
Setting split_setting(const std::string& text, const pruning::Location& where) {
  const auto fail = [&](const std::string& problem) {
    throw pruning::InputError(where, problem + "; expected KEY=VALUE with dots between the parts of KEY");
  };
  Setting setting;
  std::size_t at = 0;
  while (true) {
    std::string part;
    if (at < text.size() && text[at] == '"') {
      const std::size_t end = text.find('"', at + 1);
      if (end == std::string::npos) fail("the quote in the key is not closed");
      part = text.substr(at + 1, end - at - 1);
      at = end + 1;
      if (at < text.size() && text[at] != '.' && text[at] != '=') fail("a dot or an equals sign must follow the quote");
    } else {
      const std::size_t end = std::min(text.find_first_of(".=", at), text.size());
      part = text.substr(at, end - at);
      at = end;
    }
    if (at == text.size()) fail("there is no equals sign");
    if (part.empty()) fail("a part of the key is empty");
    setting.path.push_back(part);
    if (text[at++] == '=') break;
  }
  setting.value = text.substr(at);
  return setting;
}

std::string path_below(std::string key, const std::vector<std::string>& path) {
  for (const std::string& part : path) key = key_below(key, part);
  return key;
}

}  // namespace

void ConfigNode::set(const std::string& text) {
  const std::string shown = "--set " + text;
  const Setting setting = split_setting(text, {shown, 0, 0, {}});
  put(setting.path, Parser(shown, {}, path_below(value_->location.key, setting.path), false).parse(setting.value));
}

void ConfigNode::set(const std::string& dotted, const ConfigNode& value) {
  pruning::Location where = value.location();
  where.key = dotted;
  put(split_setting(dotted + '=', where).path, value.value_->copy());
}

void ConfigNode::put(const std::vector<std::string>& path, std::shared_ptr<Value> given) {
  given->rename(path_below(value_->location.key, path));

  Value* parent = value_.get();
  for (std::size_t i = 0;; ++i) {
    if (parent->kind == Kind::null) {
      parent->kind = Kind::mapping;
      const std::string own = parent->location.key;
      parent->location = given->location;
      parent->location.key = own;
    }
    if (parent->kind != Kind::mapping) {
      const char* what = parent->kind == Kind::sequence ? "a list" : "a single value";
      pruning::Location where = given->location;
      where.key = parent->location.key;
      throw pruning::InputError(where, fmt::format("is {}, so nothing below it can be set; set it as a whole", what));
    }
    Value::Entry* entry = parent->find(path[i]);
    if (entry == nullptr) entry = &parent->entries.emplace_back(Value::Entry{path[i], 0, 0, nullptr});
    if (i + 1 == path.size()) {
      entry->line = given->location.line;
      entry->column = given->location.column;
      entry->value = std::move(given);
      return;
    }
    if (!entry->value) {
      entry->value = std::make_shared<Value>();
      entry->value->location.key = key_below(parent->location.key, entry->name);
    }
    parent = entry->value.get();
  }
}

}  // namespace workloads
