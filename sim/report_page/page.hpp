#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "sim/embedded_text.hpp"
#include "sim/report_page/charts.hpp"
#include "sim/report_page/html.hpp"

namespace sim::report_page {

/// One HTML page that needs no other file: style, script and figures are in it.
class Page {
 public:
  explicit Page(const std::string& title);

  /// A part of the page about one thing, with an entry in the contents. @param kind what the thing is, shown with it
  Element add_part(const std::string& name, const std::string& kind);
  /// A part of a part.
  static Element add_section(Element part, const std::string& title);
  static void add_note(Element section, const std::string& text);
  /// @param part name of the part, which the figure's file name begins with
  void add_figure(Element section, const std::string& part, const Figure& figure, const std::string& caption = "");

  [[nodiscard]] std::string html() const;
  /// All figures so far, with names that are unique on the page.
  [[nodiscard]] const std::vector<Figure>& figures() const { return figures_; }

 private:
  pugi::xml_document document_;
  Element contents_;
  Element main_;
  std::set<std::string> names_;  ///< of parts and figures, as they stand in links and files
  std::vector<Figure> figures_;

  std::string unique(const std::string& name);
};

/// The style and the script of pages, `style` and `tables`.
std::span<const EmbeddedText> assets();

}  // namespace sim::report_page
