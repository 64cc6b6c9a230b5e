#include "sim/report_page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <string_view>

namespace sim::report_page {

namespace {

std::string asset(std::string_view name) {
  for (const EmbeddedText& text : assets()) {
    if (text.name == name) return std::string(text.text);
  }
  throw std::logic_error("no such asset");
}

/// CSS or JavaScript as it is, which HTML and XML read alike: the marks of CDATA are comments.
void add_verbatim(Element parent, const char* tag, const std::string& text) {
  Element element = add(parent, tag);
  append_text(element, "/*");
  element.append_child(pugi::node_cdata).set_value(("*/\n" + text + "/*").c_str());
  append_text(element, "*/");
}

/// For links and file names.
std::string plain(const std::string& name) {
  std::string text;
  for (const char c : name) {
    const bool safe = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_';
    if (safe) text += c;
    if (!safe && !text.empty() && text.back() != '-') text += '-';
  }
  while (!text.empty() && (text.back() == '-' || text.back() == '.')) text.pop_back();
  return text.empty() || text.front() == '.' ? "part" + text : text;
}

/// Identifiers of a figure are its own only in a file of its own.
void make_identifiers_unique(Element svg, const std::string& prefix) {
  for (const auto& found : svg.select_nodes(".//@id")) {
    found.attribute().set_value((prefix + '-' + found.attribute().value()).c_str());
  }
  for (const auto& found : svg.select_nodes(".//@*[starts-with(., '#')]")) {
    const std::string_view name = found.attribute().name();
    if (name != "xlink:href" && name != "href") continue;
    found.attribute().set_value(fmt::format("#{}-{}", prefix, found.attribute().value() + 1).c_str());
  }
  for (const auto& found : svg.select_nodes(".//@*[starts-with(., 'url(#')]")) {
    found.attribute().set_value(fmt::format("url(#{}-{}", prefix, found.attribute().value() + 5).c_str());
  }
}

}  // namespace

Page::Page(const std::string& title) {
  document_.append_child(pugi::node_doctype).set_value("html");
  const Element html = add(document_, "html", {{"lang", "en"}});
  const Element head = add(html, "head");
  add(head, "meta", {{"charset", "utf-8"}});
  add(head, "meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  add_text(head, "title", title);
  add_verbatim(head, "style", asset("style"));
  const Element body = add(html, "body");
  const Element header = add(body, "header");
  add_text(header, "p", "scnn-sim", {{"class", "kind"}});
  add_breakable(header, "h1", title);
  contents_ = add(add(body, "nav", {{"aria-label", "Contents"}}), "ul");
  append_text(contents_, "\n");
  main_ = add(body, "main");
  add_verbatim(body, "script", asset("tables"));
}

Element Page::add_part(const std::string& name, const std::string& kind) {
  const std::string id = unique(plain(name));
  add_breakable(add(contents_, "li"), "a", name, {{"href", '#' + id}});
  append_text(contents_, "\n");
  append_text(main_, "\n");
  Element part = add(main_, "article", {{"id", id}});
  add_text(part, "p", kind, {{"class", "kind"}});
  add_breakable(part, "h2", name);
  return part;
}

Element Page::add_section(Element part, const std::string& title) {
  append_text(part, "\n");
  Element section = add(part, "section");
  add_text(section, "h3", title);
  return section;
}

void Page::add_note(Element section, const std::string& text) {
  add_text(section, "p", text, {{"class", "note"}});
}

void Page::add_figure(Element section, const std::string& part, const Figure& figure, const std::string& caption) {
  figures_.push_back(figure);
  figures_.back().name = unique(plain(fmt::format("{}-{}", part, figure.name)));
  append_text(section, "\n");
  Element place = add(section, "figure");
  pugi::xml_document svg;
  svg.load_string(figure.svg.c_str(), pugi::parse_default | pugi::parse_ws_pcdata_single);
  Element drawing = place.append_copy(svg.child("svg"));
  make_identifiers_unique(drawing, figures_.back().name);
  drawing.append_attribute("role").set_value("img");
  drawing.append_attribute("aria-label").set_value(figure.title.c_str());
  add_text(place, "figcaption", caption.empty() ? figure.title : caption);
}

std::string Page::html() const {
  std::ostringstream text;
  document_.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str() + '\n';
}

std::string Page::unique(const std::string& name) {
  std::string candidate = name;
  for (int i = 2; !names_.insert(candidate).second; ++i) candidate = fmt::format("{}-{}", name, i);
  return candidate;
}

}  // namespace sim::report_page
