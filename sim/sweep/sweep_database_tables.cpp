// The half of SweepDatabase that reads.

#include <fmt/format.h>

#include <algorithm>

#include "sim/sweep/sweep_database.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

std::string text_of(const Sqlite::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) return number_text(*number);
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? "" : *text;
}

template <class T>
bool any_is(const std::vector<Sqlite::Value>& values) {
  return std::any_of(values.begin(), values.end(), [](const auto& value) { return std::holds_alternative<T>(value); });
}

/// The narrowest type that holds them all.
FigureColumn::Values column_of(const std::vector<Sqlite::Value>& values) {
  if (any_is<std::string>(values)) {
    std::vector<std::string> texts;
    for (const auto& value : values) texts.push_back(text_of(value));
    return texts;
  }
  if (any_is<double>(values) || !any_is<std::int64_t>(values)) {
    std::vector<std::optional<double>> numbers;
    for (const auto& value : values) {
      numbers.emplace_back();
      if (const auto* integer = std::get_if<std::int64_t>(&value)) numbers.back() = static_cast<double>(*integer);
      if (const auto* number = std::get_if<double>(&value)) numbers.back() = *number;
    }
    return numbers;
  }
  if (any_is<std::monostate>(values)) {
    std::vector<std::optional<std::int64_t>> integers;
    for (const auto& value : values) {
      const auto* integer = std::get_if<std::int64_t>(&value);
      integers.push_back(integer == nullptr ? std::nullopt : std::optional(*integer));
    }
    return integers;
  }
  std::vector<std::int64_t> integers;
  for (const auto& value : values) integers.push_back(std::get<std::int64_t>(value));
  return integers;
}

std::vector<std::string> texts(Sqlite& sqlite, const std::string& sql) {
  std::vector<std::string> all;
  for (Sqlite::Statement statement(sqlite, sql); statement.step();) all.push_back(statement.text(0));
  return all;
}

constexpr const char* all_points = "points JOIN settings USING (point) LEFT JOIN totals USING (point) ORDER BY point";
constexpr const char* all_layers = "layers ORDER BY point, position";

}  // namespace

std::set<std::size_t> SweepDatabase::points() {
  std::set<std::size_t> all;
  for (Sqlite::Statement statement(sqlite_, "SELECT point FROM points"); statement.step();) {
    all.insert(static_cast<std::size_t>(statement.integer(0) - 1));
  }
  return all;
}

std::string SweepDatabase::about(const std::string& key) {
  Sqlite::Statement statement(sqlite_, "SELECT value FROM sweep WHERE key = ?");
  return statement.bind(1, key).step() ? statement.text(0) : "";
}

std::vector<SweepDatabase::AxisKey> SweepDatabase::axes() {
  std::vector<AxisKey> all;
  Sqlite::Statement statement(sqlite_, "SELECT key, dimension FROM axes ORDER BY position");
  while (statement.step()) all.push_back({statement.text(0), statement.integer(1)});
  return all;
}

std::vector<std::pair<std::string, std::string>> SweepDatabase::inputs() {
  std::vector<std::pair<std::string, std::string>> all;
  Sqlite::Statement statement(sqlite_, "SELECT name, sha256 FROM inputs ORDER BY name");
  while (statement.step()) all.emplace_back(statement.text(0), statement.text(1));
  return all;
}

std::optional<SweepDatabase::Best> SweepDatabase::best(const Objective& objective) {
  const std::vector<std::string> known = names_of("totals");
  for (const std::string_view figure : objective.figures) {
    if (std::find(known.begin(), known.end(), figure) == known.end()) continue;
    Sqlite::Statement statement(
        sqlite_, fmt::format("SELECT {0}, point, unit FROM totals JOIN figures ON owner = 'totals' AND name = ? "
                             "WHERE {0} IS NOT NULL ORDER BY {0}, point LIMIT 1",
                             sql_name(figure)));
    statement.bind(1, std::string(figure));
    if (!statement.step()) continue;
    const Sqlite::Value value = statement.column(0);
    const auto* integer = std::get_if<std::int64_t>(&value);
    return Best{integer != nullptr ? static_cast<double>(*integer) : std::get<double>(value), statement.text(2),
                static_cast<std::size_t>(statement.integer(1) - 1)};
  }
  return std::nullopt;
}

std::int64_t SweepDatabase::wrong_points() {
  const std::vector<std::string> known = names_of("totals");
  if (std::find(known.begin(), known.end(), "bit_exact") == known.end()) return 0;
  Sqlite::Statement statement(sqlite_, "SELECT count(*) FROM totals WHERE bit_exact = 0");
  statement.step();
  return statement.integer(0);
}

std::vector<std::string> SweepDatabase::names_of(const std::string& owner) {
  return texts(sqlite_, fmt::format("SELECT name FROM figures WHERE owner = '{}' ORDER BY position, name", owner));
}

FigureColumn SweepDatabase::read_column(const std::string& name, const std::string& expression,
                                        const std::string& from) {
  std::vector<Sqlite::Value> values;
  for (Sqlite::Statement statement(sqlite_, fmt::format("SELECT {} FROM {}", expression, from)); statement.step();) {
    values.push_back(statement.column(0));
  }
  return {name, "", "", column_of(values)};
}

std::vector<FigureColumn> SweepDatabase::figures_of(const std::string& owner, const std::string& from) {
  std::vector<FigureColumn> columns;
  Sqlite::Statement figures(sqlite_,
                            "SELECT name, unit, description FROM figures WHERE owner = ? ORDER BY position, name");
  figures.bind(1, owner);
  while (figures.step()) {
    columns.push_back(read_column(figures.text(0), owner + '.' + sql_name(figures.text(0)), from));
    columns.back().unit = figures.text(1);
    columns.back().description = figures.text(2);
  }
  return columns;
}

std::vector<FigureColumn> SweepDatabase::point_table() {
  std::vector<FigureColumn> columns{read_column("point", "point", all_points),
                                    read_column("status", "status", all_points),
                                    read_column("reason", "coalesce(reason, '')", all_points)};
  columns[0].description = "number of the point in the sweep, from 1";
  columns[1].description = "done or invalid";
  columns[2].description = "why the point is invalid";
  for (const AxisKey& axis : axes()) {
    const std::string& key = axis.key;
    columns.push_back(read_column(key, "settings." + sql_name(key), all_points));
    columns.back().description = "axis of the sweep";
  }
  for (FigureColumn& column : figures_of("totals", all_points)) columns.push_back(std::move(column));
  return columns;
}

std::vector<FigureColumn> SweepDatabase::layer_table() {
  std::vector<FigureColumn> columns{read_column("point", "point", all_layers)};
  columns[0].description = "number of the point in the sweep, from 1";
  for (FigureColumn& column : figures_of("layers", all_layers)) columns.push_back(std::move(column));
  return columns;
}

}  // namespace sim
