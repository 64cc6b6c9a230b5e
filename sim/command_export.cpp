#include "sim/command_export.hpp"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "pruning/atomic_file.hpp"
#include "pruning/hdf5_writer.hpp"
#include "sim/results_csv.hpp"
#include "sim/results_hdf5.hpp"
#include "sim/sweep/sweep_database.hpp"

namespace sim {

namespace {

using nlohmann::ordered_json;

constexpr const char* provenance[] = {"schema", "name", "version", "commit", "points", "objectives"};

ordered_json cell(const FigureColumn& column, std::size_t row) {
  return std::visit(
      [&](const auto& values) -> ordered_json {
        if constexpr (requires { values[row].has_value(); }) {
          return values[row] ? ordered_json(*values[row]) : ordered_json(nullptr);
        } else {
          return values[row];
        }
      },
      column.values);
}

ordered_json rows_json(const std::vector<FigureColumn>& columns) {
  ordered_json rows = ordered_json::array();
  for (std::size_t row = 0; row < rows_of(columns); ++row) {
    ordered_json object = ordered_json::object();
    for (const FigureColumn& column : columns) object[column.name] = cell(column, row);
    rows.push_back(std::move(object));
  }
  return rows;
}

ordered_json columns_json(const std::vector<FigureColumn>& columns) {
  ordered_json all = ordered_json::object();
  for (const FigureColumn& column : columns) {
    all[column.name] = {{"unit", column.unit}, {"description", column.description}};
  }
  return all;
}

std::string json_text(SweepDatabase& database) {
  const std::vector<FigureColumn> points = database.point_table();
  const std::vector<FigureColumn> layers = database.layer_table();
  ordered_json json;
  for (const char* key : provenance) json["sweep"][key] = database.about(key);
  json["columns"] = {{"points", columns_json(points)}, {"layers", columns_json(layers)}};
  json["points"] = rows_json(points);
  json["layers"] = rows_json(layers);
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

void write_hdf5(SweepDatabase& database, const std::filesystem::path& file) {
  pruning::Hdf5Writer writer(file);
  for (const char* key : provenance) writer.write_attribute("", key, database.about(key));
  write_hdf5_table(writer, "points/table", database.point_table());
  write_hdf5_table(writer, "layers/table", database.layer_table());
  writer.save();
}

}  // namespace

void export_sweep(const ExportCommand& command, std::ostream& out) {
  if (command.output) pruning::check_writable(*command.output);
  SweepDatabase database(command.database);
  if (command.format == ExportFormat::hdf5) {
    write_hdf5(database, *command.output);
    return;
  }
  std::string text;
  if (command.format == ExportFormat::json) {
    text = json_text(database);
  } else {
    text = csv_table(command.table == ExportTable::points ? database.point_table() : database.layer_table());
  }
  if (command.output) {
    pruning::write_atomically(*command.output, std::as_bytes(std::span(text)));
  } else {
    out << text;
  }
}

}  // namespace sim
