#include "sim/results_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <span>

#include "sim/accelerator_config.hpp"
#include "sim/whole_network.hpp"

namespace sim {

namespace {

using nlohmann::ordered_json;

template <class T>
ordered_json or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json counts_json(const std::vector<Count>& counts) {
  ordered_json json = ordered_json::object();
  for (const Count& count : counts) json[std::string(count.name)] = count.value;
  return json;
}

/// Adds what is not described yet: machines share counters.
void describe(ordered_json& json, const std::vector<Count>& counts) {
  for (const Count& count : counts) {
    const std::string name(count.name);
    if (!json.contains(name)) json[name] = {{"unit", count.unit}, {"description", count.description}};
  }
}

ordered_json energy_json(const energy::Breakdown& breakdown) {
  if (breakdown.components.empty()) return nullptr;
  ordered_json json = ordered_json::object();
  for (const energy::ComponentEnergy& component : breakdown.components) json[component.component] = component.energy_pj;
  json["total"] = breakdown.total_pj;
  return json;
}

ordered_json storage_json(const Storage& storage) {
  return {{"ratio", storage.ratio()},           {"weight_bits", storage.weight_bits},
          {"index_bits", storage.index_bits},   {"placeholders", storage.placeholders},
          {"weights", storage.weights},         {"kept_weights", storage.kept_weights},
          {"kept_grains", storage.kept_grains}, {"dense_bits", storage.dense_bits}};
}

ordered_json check_json(const Check& check) {
  const auto snr = [](const std::optional<Deviation>& d) { return or_null(d ? d->snr_db() : std::nullopt); };
  const auto largest = [](const std::optional<Deviation>& d) {
    return d ? ordered_json(d->largest_difference) : ordered_json(nullptr);
  };
  return {{"bit_exact", or_null(check.bit_exact)},
          {"snr_db", snr(check.float32)},
          {"largest_difference", largest(check.float32)},
          {"recorded_snr_db", snr(check.recorded)},
          {"recorded_largest_difference", largest(check.recorded)}};
}

/// What the fullest PE stores, and what there is.
ordered_json sram_json(const eie::SramUse& use) {
  return {{"sparse_matrix_bytes", use.sparse_matrix_bytes},
          {"sparse_matrix_capacity_bytes", eie::sparse_matrix_sram_bytes},
          {"pointer_bytes", use.pointer_bytes},
          {"pointer_capacity_bytes", eie::pointer_sram_bytes}};
}

ordered_json layer_json(const LayerResult& layer, const Accelerator& accelerator, bool is_total) {
  ordered_json json;
  json["machine"] = name_of(layer.machine);
  json["name"] = layer.name;
  json["cycles"] = layer.cycles;
  json["microseconds"] = microseconds(layer, accelerator);
  if (is_total || layer.machine == Machine::eie) {
    json["mapping"] = nullptr;
  } else {
    json["mapping"] = {{"output_channels_per_group", layer.mapping.output_channels_per_group},
                       {"groups", layer.mapping.groups},
                       {"temporal_tiles", {layer.mapping.temporal_rows, layer.mapping.temporal_columns}}};
  }
  if (is_total || layer.places.input.empty()) {
    json["activations"] = nullptr;
  } else {
    json["activations"] = {{"input", layer.places.input}, {"output", layer.places.output}};
  }
  json["densities"] = {{"weights", weight_density(layer)}, {"activations", activation_density(layer)}};
  json["counters"] = counts_json(counters_of(layer.machine, layer));
  json["pe_cycles"] = counts_json(pe_cycles_of(layer.machine, layer));
  json["energy_pj"] = energy_json(layer.energy);
  json["storage"] = storage_json(layer.storage);
  if (layer.machine == Machine::eie && !is_total) json["sram"] = sram_json(layer.sram);
  json["check"] = check_json(layer.check);
  json["utilisation"] = utilisation(layer, accelerator);
  json["dense_macs"] = layer.dense_macs;
  json["elements"] = {{"weights", layer.weights},
                      {"nonzero_weights", layer.nonzero_weights},
                      {"activations", layer.activations},
                      {"nonzero_activations", layer.nonzero_activations}};
  return json;
}

/// Of one machine, or of each by its name.
/// @param json_of a machine's total
template <class JsonOf>
ordered_json by_machine_json(const Results& results, const JsonOf& json_of) {
  if (results.totals.size() == 1) return json_of(results.totals.front());
  ordered_json json = ordered_json::object();
  for (const LayerResult& total : results.totals) json[name_of(total.machine)] = json_of(total);
  return json;
}

ordered_json provenance_json(const Provenance& provenance) {
  return {{"version", provenance.version},
          {"commit", provenance.commit},
          {"command", provenance.command},
          {"seeds", provenance.seeds},
          {"inputs", provenance.inputs}};
}

ordered_json pruning_json(const PruningChoice& choice) {
  return {{"granularity", pruning::name_of(choice.granularity)},
          {"density", choice.density},
          {"densities", choice.densities},
          {"exempt", choice.exempt},
          {"storage", {{"weight_bits", choice.weight_bits}, {"index_bits", choice.index_bits}}}};
}

template <class Info>
void add_parameters(ordered_json& json, std::span<const Info> table, const typename Info::Parameters& parameters) {
  for (const Info& info : table) {
    std::visit(
        [&](auto field) {
          if constexpr (std::is_same_v<decltype(field), scnn::Stationary scnn::Parameters::*>) {
            json[std::string(info.key)] = value_text(info, parameters);
          } else {
            json[std::string(info.key)] = parameters.*field;
          }
        },
        info.field);
  }
}

/// EIE's parameters only where it runs.
ordered_json accelerator_json(const Results& results) {
  ordered_json json = ordered_json::object();
  add_parameters(json, scnn::parameter_table(), results.accelerator);
  if (results.machines.back() == Machine::eie) add_parameters(json, eie::parameter_table(), results.accelerator.eie);
  return json;
}

/// Both machines together.
ordered_json whole_network_json(const Results& results) {
  const WholeNetwork whole = whole_network(results);
  return {{"microseconds", whole.microseconds},
          {"energy_pj", whole.energy_pj},
          {"dram_bytes", whole.dram_bytes},
          {"weights", whole.weights},
          {"nonzero_weights", whole.nonzero_weights}};
}

/// Of one PE and of the whole array; null if the energy table has no areas.
ordered_json area_json(const Results& results, Machine machine) {
  const std::vector<energy::ComponentArea> areas = areas_of(results.energy_table, machine);
  if (areas.empty()) return nullptr;
  ordered_json pe = ordered_json::object();
  double total = 0;
  for (const energy::ComponentArea& area : areas) {
    pe[area.component] = area.area_um2 / energy::um2_per_mm2;
    total += area.area_um2;
  }
  pe["total"] = total / energy::um2_per_mm2;
  return {{"pe", pe}, {"array", *area_mm2(results, machine)}};
}

ordered_json classification_json(const Classification& classification) {
  return {{"best", classification.best},
          {"labels", or_null(classification.labels)},
          {"correct", or_null(classification.correct())}};
}

}  // namespace

std::string results_json(const Results& results) {
  ordered_json json;
  json["schema"] = results_schema;
  json["provenance"] = provenance_json(results.provenance);
  json["network"] = results.network;
  json["images"] = results.images;
  json["machines"] = ordered_json::array();
  for (const Machine machine : results.machines) json["machines"].push_back(name_of(machine));
  json["pruning"] = pruning_json(results.pruning);
  json["accelerator"] = accelerator_json(results);
  json["energy_table"] = {{"name", results.energy_table.name}, {"unit", results.energy_table.unit}};
  json["area_mm2"] =
      by_machine_json(results, [&](const LayerResult& total) { return area_json(results, total.machine); });
  json["layers"] = ordered_json::array();
  for (const LayerResult& layer : results.layers)
    json["layers"].push_back(layer_json(layer, results.accelerator, false));
  json["totals"] =
      by_machine_json(results, [&](const LayerResult& total) { return layer_json(total, results.accelerator, true); });
  if (results.by_layer_type) json["whole_network"] = whole_network_json(results);
  json["classification"] =
      results.classification ? classification_json(*results.classification) : ordered_json(nullptr);
  json["counters_description"] = ordered_json::object();
  json["counters_description"]["cycles"] = {{"unit", "cycles"}, {"description", "summed over the images"}};
  json["pe_cycles_description"] = ordered_json::object();
  for (const LayerResult& total : results.totals) {
    describe(json["counters_description"], counters_of(total.machine, total));
    describe(json["pe_cycles_description"], pe_cycles_of(total.machine, total));
  }
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

std::string host_json(const HostFigures& figures) {
  const ordered_json json{{"seconds", figures.seconds},
                          {"simulation_seconds", figures.simulation_seconds},
                          {"peak_memory_bytes", figures.peak_memory_bytes},
                          {"products_per_second", figures.products_per_second}};
  return json.dump(1) + '\n';
}

}  // namespace sim
