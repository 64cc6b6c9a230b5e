#include "sim/report_page/html.hpp"

#include <stdexcept>

namespace sim::report_page {

namespace {

void new_line(Element parent) {
  parent.append_child(pugi::node_pcdata).set_value("\n");
}

void add_cells(Element row, const std::vector<CellKind>& kinds, const std::vector<std::string>& cells) {
  if (cells.size() != kinds.size()) throw std::invalid_argument("a row of a table needs a cell for every column");
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Element cell = add_text(row, i == 0 ? "th" : "td", cells[i]);
    if (kinds[i] == CellKind::text) Element(cell).append_attribute("class").set_value("text");
  }
  new_line(row.parent());
}

}  // namespace

Element add(Element parent, const char* tag, Attributes attributes) {
  Element element = parent.append_child(tag);
  for (const auto& [name, value] : attributes) element.append_attribute(name).set_value(value.c_str());
  return element;
}

void append_text(Element parent, const std::string& text) {
  parent.append_child(pugi::node_pcdata).set_value(text.c_str());
}

Element add_text(Element parent, const char* tag, const std::string& text, Attributes attributes) {
  Element element = add(parent, tag, attributes);
  append_text(element, text);  // also an empty one: an element without content would be written as an open tag
  return element;
}

Element add_breakable(Element parent, const char* tag, const std::string& text, Attributes attributes) {
  Element element = add(parent, tag, attributes);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i + 1 == text.size() || std::string_view("./_").find(text[i]) == std::string_view::npos) continue;
    append_text(element, text.substr(begin, i + 1 - begin));
    element.append_child("wbr");
    begin = i + 1;
  }
  append_text(element, text.substr(begin));
  return element;
}

HtmlTable::HtmlTable(Element parent, const std::vector<HtmlColumn>& columns, const std::string& css_class) {
  new_line(parent);
  table_ = add(add(parent, "div", {{"class", "scroll"}, {"tabindex", "0"}}), "table");
  if (!css_class.empty()) table_.append_attribute("class").set_value(css_class.c_str());
  const Element head = add(add(table_, "thead"), "tr");
  for (const HtmlColumn& column : columns) {
    kinds_.push_back(column.kind);
    Element cell = add_breakable(head, "th", column.title, {{"scope", "col"}});
    if (column.kind == CellKind::text) cell.append_attribute("class").set_value("text");
    if (!column.role.empty()) cell.append_attribute("data-role").set_value(column.role.c_str());
    if (!column.description.empty()) cell.append_attribute("title").set_value(column.description.c_str());
  }
  body_ = add(table_, "tbody");
  new_line(body_);
}

void HtmlTable::add_row(const std::vector<std::string>& cells, const std::string& css_class) {
  Element row = add(body_, "tr");
  if (!css_class.empty()) row.append_attribute("class").set_value(css_class.c_str());
  add_cells(row, kinds_, cells);
}

void HtmlTable::add_total(const std::vector<std::string>& cells) {
  Element foot = table_.child("tfoot");
  if (!foot) foot = add(table_, "tfoot");
  add_cells(add(foot, "tr"), kinds_, cells);
}

FactList::FactList(Element parent) : list_(report_page::add(parent, "dl")) {}

void FactList::add(const std::string& term, const std::string& value) {
  const Element pair = report_page::add(list_, "div");
  add_text(pair, "dt", term);
  add_text(pair, "dd", value);
  new_line(list_);
}

}  // namespace sim::report_page
