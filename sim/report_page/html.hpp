#pragma once

#include <initializer_list>
#include <pugixml.hpp>
#include <string>
#include <utility>
#include <vector>

/// Parts of HTML. Text from anywhere may be given: what stands in a node is escaped when the page is written.
namespace sim::report_page {

using Element = pugi::xml_node;
using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

/// Appends an element without content.
Element add(Element parent, const char* tag, Attributes attributes = {});
/// Appends an element that holds text, which may be empty.
Element add_text(Element parent, const char* tag, const std::string& text, Attributes attributes = {});
/// A text in which a line may end after every dot, slash and underscore.
Element add_breakable(Element parent, const char* tag, const std::string& text, Attributes attributes = {});
/// Text between elements.
void append_text(Element parent, const std::string& text);

enum class CellKind { text, number };

struct HtmlColumn {
  std::string title;
  CellKind kind = CellKind::number;
  std::string role;         ///< for the script of tables: axis or objective; empty: neither
  std::string description;  ///< shown when the pointer rests on the title; may be empty
};

/// A table that scrolls by itself where it is wider than the page. The first cell of a row is its head.
class HtmlTable {
 public:
  HtmlTable(Element parent, const std::vector<HtmlColumn>& columns, const std::string& css_class = "");
  void add_row(const std::vector<std::string>& cells, const std::string& css_class = "");
  /// A row that stands apart from the others, below them.
  void add_total(const std::vector<std::string>& cells);

 private:
  std::vector<CellKind> kinds_;
  Element table_;
  Element body_;
};

/// Terms and what they are, in columns where there is room.
class FactList {
 public:
  explicit FactList(Element parent);
  void add(const std::string& term, const std::string& value);

 private:
  Element list_;
};

}  // namespace sim::report_page
