#pragma once

#include <optional>
#include <string>
#include <vector>

namespace sim {

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::right;
};

/// A table for the terminal: titles, a rule, rows; columns as wide as their widest cell, two blanks apart.
/// Cells are UTF-8; every code point counts as one column of the terminal. No line ends in blanks.
class TextTable {
 public:
  explicit TextTable(std::vector<Column> columns);

  /// @throws std::invalid_argument unless there is one cell for every column
  void add_row(std::vector<std::string> cells);
  /// A line across the table, for example between the layers and their total.
  void add_rule();
  /// The whole table; every line, the last too, ends with a newline.
  [[nodiscard]] std::string str() const;

 private:
  using Row = std::optional<std::vector<std::string>>;  ///< nothing: a rule

  std::vector<Column> columns_;
  std::vector<Row> rows_;
};

}  // namespace sim
