#include "sim/results_csv.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>
#include <variant>

#include "sim/layer_columns.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

std::string cell_text(const std::string& text) {
  return csv_cell(text);
}
std::string cell_text(std::int64_t value) {
  return fmt::format("{}", value);
}
std::string cell_text(const std::optional<std::int64_t>& value) {
  return value ? cell_text(*value) : "";
}
std::string cell_text(const std::optional<double>& value) {
  return value ? number_text(*value) : "";
}

}  // namespace

std::string results_csv(const Results& results) {
  return csv_table(layer_columns(results));
}

std::string csv_table(const std::vector<FigureColumn>& columns) {
  std::string text;
  std::string_view separator;
  for (const FigureColumn& column : columns) {
    text += separator;
    text += csv_cell(column.name);
    separator = ",";
  }
  text += '\n';
  for (std::size_t row = 0; row < rows_of(columns); ++row) {
    separator = "";
    for (const FigureColumn& column : columns) {
      text += separator;
      text += std::visit([&](const auto& values) { return cell_text(values[row]); }, column.values);
      separator = ",";
    }
    text += '\n';
  }
  return text;
}

}  // namespace sim
