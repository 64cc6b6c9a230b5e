#include "sim/layer_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <string_view>

namespace sim {

namespace {

class Columns {
 public:
  explicit Columns(const Results& results) : results_(results) {}

  template <class Get>
  void text(std::string name, std::string description, const Get& get) {
    add<std::string>(std::move(name), "", std::move(description), get);
  }
  template <class Get>
  void integer(std::string name, std::string unit, std::string description, const Get& get) {
    add<std::int64_t>(std::move(name), std::move(unit), std::move(description), get);
  }
  /// @param get nothing where the layer's machine does not count it; where all do, the column is one of integers
  template <class Get>
  void count(std::string name, std::string unit, std::string description, const Get& get) {
    add<std::optional<std::int64_t>>(std::move(name), std::move(unit), std::move(description), get);
    auto& counts = std::get<std::vector<std::optional<std::int64_t>>>(columns_.back().values);
    if (std::find(counts.begin(), counts.end(), std::nullopt) != counts.end()) return;
    std::vector<std::int64_t> integers;
    for (const auto& value : counts) integers.push_back(*value);
    columns_.back().values = std::move(integers);
  }
  template <class Get>
  void real(std::string name, std::string unit, std::string description, const Get& get) {
    add<std::optional<double>>(std::move(name), std::move(unit), std::move(description), get);
  }
  std::vector<FigureColumn> take() { return std::move(columns_); }

 private:
  template <class T, class Get>
  void add(std::string name, std::string unit, std::string description, const Get& get) {
    std::vector<T> values;
    for (const LayerResult& layer : results_.layers) values.push_back(std::invoke(get, layer));
    columns_.push_back({std::move(name), std::move(unit), std::move(description), std::move(values)});
  }

  const Results& results_;
  std::vector<FigureColumn> columns_;
};

/// EIE has no mapping.
std::optional<std::int64_t> mapped(const LayerResult& layer, std::int64_t value) {
  return layer.machine == Machine::eie ? std::nullopt : std::optional(value);
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// A column for every count of any machine. @param counts_of_layer as `counters_of`
template <class CountsOfLayer>
void add_counts(Columns& columns, const Results& results, const std::string& prefix, CountsOfLayer counts_of_layer) {
  std::set<std::string_view> added;
  for (const LayerResult& total : results.totals) {
    for (const Count& count : counts_of_layer(total.machine, total)) {
      if (!added.insert(count.name).second) continue;
      columns.count(prefix + std::string(count.name), std::string(count.unit), std::string(count.description),
                    [&, name = count.name](const LayerResult& layer) -> std::optional<std::int64_t> {
                      const std::vector<Count> counts = counts_of_layer(layer.machine, layer);
                      const auto found =
                          std::find_if(counts.begin(), counts.end(), [&](const Count& c) { return c.name == name; });
                      if (found == counts.end()) return std::nullopt;
                      return found->value;
                    });
    }
  }
}

void add_energy(Columns& columns, const Results& results) {
  const std::string& unit = results.energy_table.unit;
  const std::string suffix = lower_case(unit);
  std::set<std::string> added;
  for (const LayerResult& total : results.totals) {
    // Every layer has the components of its machine; the total has them all.
    for (const energy::ComponentEnergy& entry : total.energy.components) {
      if (!added.insert(entry.component).second) continue;
      columns.real(fmt::format("energy_{}_{}", entry.component, suffix), unit,
                   fmt::format("energy of the component {}", entry.component),
                   [component = entry.component](const LayerResult& layer) { return layer.energy.find(component); });
    }
  }
  columns.real("energy_total_" + suffix, unit, "energy of all components",
               [](const LayerResult& layer) -> std::optional<double> {
                 if (layer.energy.components.empty()) return std::nullopt;
                 return layer.energy.total_pj;
               });
}

void add_storage(Columns& columns) {
  columns.real("storage_ratio", "", "stored weights and indices over dense weights, in bits",
               [](const LayerResult& layer) { return std::optional(layer.storage.ratio()); });
  columns.integer("storage_weight_bits", "bits", "kept weights",
                  [](const LayerResult& layer) { return layer.storage.weight_bits; });
  columns.integer("storage_index_bits", "bits", "indices, one per kept grain",
                  [](const LayerResult& layer) { return layer.storage.index_bits; });
  columns.integer("storage_placeholders", "elements", "placeholders in the weight streams, not part of the ratio",
                  [](const LayerResult& layer) { return layer.storage.placeholders; });
}

void add_check(Columns& columns) {
  columns.real("bit_exact", "",
               "1 if the outputs equal a dense convolution in the same arithmetic, else 0; nothing if not checked",
               [](const LayerResult& layer) -> std::optional<double> {
                 if (!layer.check.bit_exact) return std::nullopt;
                 return *layer.check.bit_exact ? 1.0 : 0.0;
               });
  columns.real("snr_db", "dB", "outputs against float32 arithmetic", [](const LayerResult& layer) {
    return layer.check.float32 ? layer.check.float32->snr_db() : std::nullopt;
  });
  columns.real(
      "recorded_snr_db", "dB", "outputs against those recorded in the activations file",
      [](const LayerResult& layer) { return layer.check.recorded ? layer.check.recorded->snr_db() : std::nullopt; });
}

}  // namespace

std::vector<FigureColumn> layer_columns(const Results& results) {
  Columns columns(results);
  columns.text("layer", "name of the layer", [](const LayerResult& layer) { return layer.name; });
  columns.text("machine", "machine that the layer ran on",
               [](const LayerResult& layer) { return name_of(layer.machine); });
  columns.integer("cycles", "cycles", "cycles of the layer, summed over the images",
                  [](const LayerResult& layer) { return layer.cycles; });
  columns.real("microseconds", "us", "the cycles at the clock frequency of the machine",
               [&](const LayerResult& layer) { return std::optional(microseconds(layer, results.accelerator)); });
  columns.real("utilisation", "", "products over multipliers x cycles",
               [&](const LayerResult& layer) { return std::optional(utilisation(layer, results.accelerator)); });
  columns.count("output_channels_per_group", "channels", "Kc",
                [](const LayerResult& layer) { return mapped(layer, layer.mapping.output_channels_per_group); });
  columns.count("groups", "groups", "output-channel groups of one pass",
                [](const LayerResult& layer) { return mapped(layer, layer.mapping.groups); });
  columns.count("temporal_rows", "passes", "temporal tiles over the output rows",
                [](const LayerResult& layer) { return mapped(layer, layer.mapping.temporal_rows); });
  columns.count("temporal_columns", "passes", "temporal tiles over the output columns",
                [](const LayerResult& layer) { return mapped(layer, layer.mapping.temporal_columns); });
  columns.text("activations_input", "where the input comes from: on chip, or why from DRAM",
               [](const LayerResult& layer) { return layer.places.input; });
  columns.text("activations_output", "where the output goes to: on chip, or why to DRAM",
               [](const LayerResult& layer) { return layer.places.output; });
  columns.real("weight_density", "", "non-zero share of the weights",
               [](const LayerResult& layer) { return std::optional(weight_density(layer)); });
  columns.real("activation_density", "", "non-zero share of the input activations",
               [](const LayerResult& layer) { return std::optional(activation_density(layer)); });
  columns.integer("dense_macs", "MACs", "multiply-accumulates of the dense layer, over the images",
                  [](const LayerResult& layer) { return layer.dense_macs; });
  add_counts(columns, results, "", counters_of);
  add_counts(columns, results, "pe_cycles_", pe_cycles_of);
  add_energy(columns, results);
  add_storage(columns);
  add_check(columns);
  return columns.take();
}

}  // namespace sim
