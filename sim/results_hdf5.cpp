#include "sim/results_hdf5.hpp"

#include <limits>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "pruning/hdf5_writer.hpp"
#include "sim/layer_columns.hpp"
#include "sim/results_json.hpp"

namespace sim {

namespace {

using Column = pruning::Hdf5Writer::Column;

/// Nothing becomes NaN.
Column hdf5_column(const LayerColumn& column) {
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

void write_results_hdf5(const Results& results, const std::filesystem::path& file) {
  const std::string table = "layers/table";
  const std::vector<LayerColumn> columns = layer_columns(results);
  std::vector<Column> values;
  for (const LayerColumn& column : columns) values.push_back(hdf5_column(column));

  pruning::Hdf5Writer writer(file);
  writer.write_attribute("", "schema", std::string(results_schema));
  writer.write_table(table, values);
  for (const LayerColumn& column : columns) {
    writer.write_attribute(table, column.name + ".unit", column.unit);
    writer.write_attribute(table, column.name + ".description", column.description);
  }
  writer.save();
}

}  // namespace sim
