#include "sim/results_hdf5.hpp"

#include <limits>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "sim/layer_columns.hpp"
#include "sim/results_json.hpp"

namespace sim {

namespace {

using Column = pruning::Hdf5Writer::Column;

/// Nothing becomes NaN; so integers become numbers where there is none.
Column hdf5_column(const FigureColumn& column) {
  return std::visit(
      [&](const auto& values) -> Column {
        using Values = std::decay_t<decltype(values)>;
        if constexpr (std::is_same_v<Values, std::vector<std::string>> ||
                      std::is_same_v<Values, std::vector<std::int64_t>>) {
          return {column.name, values};
        } else {
          std::vector<double> numbers;
          for (const auto& value : values) {
            numbers.push_back(value ? static_cast<double>(*value) : std::numeric_limits<double>::quiet_NaN());
          }
          return {column.name, numbers};
        }
      },
      column.values);
}

}  // namespace

void write_hdf5_table(pruning::Hdf5Writer& writer, const std::string& path, const std::vector<FigureColumn>& columns) {
  std::vector<Column> values;
  for (const FigureColumn& column : columns) values.push_back(hdf5_column(column));
  writer.write_table(path, values);
  for (const FigureColumn& column : columns) {
    writer.write_attribute(path, column.name + ".unit", column.unit);
    writer.write_attribute(path, column.name + ".description", column.description);
  }
}

void write_results_hdf5(const Results& results, const std::filesystem::path& file) {
  pruning::Hdf5Writer writer(file);
  writer.write_attribute("", "schema", std::string(results_schema));
  write_hdf5_table(writer, "layers/table", layer_columns(results));
  writer.save();
}

}  // namespace sim
