#include "sim/text_table.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace sim {
namespace {

constexpr std::size_t gap = 2;

/// Code points of a UTF-8 string: all bytes but those that continue one.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

TextTable::TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

void TextTable::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size()) throw std::invalid_argument("a table row needs one cell for every column");
  rows_.emplace_back(std::move(cells));
}

void TextTable::add_rule() {
  rows_.emplace_back();
}

std::string TextTable::str() const {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);

  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(titles[i]);
    for (const Row& row : rows_) {
      if (row) width = std::max(width, width_of((*row)[i]));
    }
    widths.push_back(width);
  }

  std::string text;
  const auto write_line = [&](const std::vector<std::string>& cells) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line.append(gap, ' ');
      const std::string padding(widths[i] - width_of(cells[i]), ' ');
      line += columns_[i].align == Align::left ? cells[i] + padding : padding + cells[i];
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + '\n';
  };
  std::size_t total_width = columns_.empty() ? 0 : gap * (columns_.size() - 1);
  for (const std::size_t width : widths) total_width += width;
  const std::string rule = std::string(total_width, '-') + '\n';

  write_line(titles);
  text += rule;
  for (const Row& row : rows_) {
    if (row) {
      write_line(*row);
    } else {
      text += rule;
    }
  }
  return text;
}

}  // namespace sim
