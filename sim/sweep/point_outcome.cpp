#include "sim/sweep/point_outcome.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <type_traits>
#include <utility>

#include "sim/layer_columns.hpp"

namespace sim {

namespace {

using nlohmann::json;

/// Columns that say nothing of all layers together, and the machine, which is a setting of the point.
constexpr std::array<std::string_view, 6> of_layers_alone{"layer",  "machine",       "output_channels_per_group",
                                                          "groups", "temporal_rows", "temporal_columns"};

json json_of(const std::vector<FigureColumn>& columns) {
  json all = json::array();
  for (const FigureColumn& column : columns) {
    json values = json::array();
    std::visit(
        [&](const auto& given) {
          for (const auto& value : given) {
            if constexpr (requires { value.has_value(); }) {
              values.push_back(value ? json(*value) : json(nullptr));
            } else {
              values.push_back(value);
            }
          }
        },
        column.values);
    all.push_back({column.name, column.unit, column.description, column.values.index(), std::move(values)});
  }
  return all;
}

template <class Values>
Values values_of(const json& given) {
  Values values;
  for (const json& value : given) {
    using Value = typename Values::value_type;
    if constexpr (requires(Value v) { v.has_value(); }) {
      values.push_back(value.is_null() ? Value() : Value(value.get<typename Value::value_type>()));
    } else {
      values.push_back(value.get<Value>());
    }
  }
  return values;
}

std::vector<FigureColumn> columns_of(const json& all) {
  std::vector<FigureColumn> columns;
  for (const json& one : all) {
    FigureColumn column{one.at(0), one.at(1), one.at(2), {}};
    const json& values = one.at(4);
    [&]<std::size_t... kinds>(std::index_sequence<kinds...>) {
      ((one.at(3).get<std::size_t>() == kinds
            ? static_cast<void>(column.values =
                                    values_of<std::variant_alternative_t<kinds, FigureColumn::Values>>(values))
            : static_cast<void>(0)),
       ...);
    }
    (std::make_index_sequence<std::variant_size_v<FigureColumn::Values>>());
    columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace

PointOutcome outcome_of(const Results& results) {
  PointOutcome outcome;
  outcome.layers = layer_columns(results);

  Results whole = results;
  const LayerResult& total = results.totals.front();
  whole.layers = {total};
  outcome.totals = layer_columns(whole);
  std::erase_if(outcome.totals, [](const FigureColumn& column) {
    return std::find(of_layers_alone.begin(), of_layers_alone.end(), column.name) != of_layers_alone.end();
  });
  const double nanoseconds = static_cast<double>(total.cycles) / clock_ghz(total.machine, results.accelerator);
  using Real = std::vector<std::optional<double>>;
  const std::string& unit = results.energy_table.unit;
  outcome.totals.push_back(
      {unit == "pJ" ? "energy_delay_product_pj_ns" : "energy_delay_product_mac_ns", unit + " ns",
       "energy of all components times the cycles at the clock frequency",
       Real{total.energy.components.empty() ? std::nullopt : std::optional(total.energy.total_pj * nanoseconds)}});
  outcome.totals.push_back({"area_mm2", "mm2", "area of all PEs", Real{area_mm2(results, total.machine)}});
  outcome.totals.push_back({"images", "images", "that the layers ran on", std::vector<std::int64_t>{results.images}});
  const std::optional<int> correct = results.classification ? results.classification->correct() : std::nullopt;
  outcome.totals.push_back({"images_correct", "images", "with the right class, where that is known",
                            std::vector<std::optional<std::int64_t>>{correct}});
  return outcome;
}

std::string bytes_of(const PointOutcome& outcome) {
  json all{{"seconds", outcome.host_seconds}, {"totals", json_of(outcome.totals)}, {"layers", json_of(outcome.layers)}};
  if (outcome.reason) all["reason"] = *outcome.reason;
  std::string bytes;
  json::to_msgpack(all, bytes);
  return bytes;
}

PointOutcome point_outcome_of(const std::string& bytes) {
  const json all = json::from_msgpack(bytes);
  PointOutcome outcome;
  outcome.host_seconds = all.at("seconds");
  outcome.totals = columns_of(all.at("totals"));
  outcome.layers = columns_of(all.at("layers"));
  if (all.contains("reason")) outcome.reason = all.at("reason");
  return outcome;
}

}  // namespace sim
