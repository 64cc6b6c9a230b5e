#include "sim/report_page/run_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/results_reader.hpp"

namespace sim::report_page {

namespace {

using nlohmann::ordered_json;

template <class T>
std::optional<T> optional_of(const ordered_json& object, const char* key) {
  const ordered_json& value = object.at(key);
  if (value.is_null()) return std::nullopt;
  return value.get<T>();
}

template <class T>
Named<T> named(const ordered_json& object) {
  Named<T> all;
  for (const auto& [name, value] : object.items()) all.emplace_back(name, value.template get<T>());
  return all;
}

/// Text as it is, lists and mappings with commas, anything else as JSON writes it.
std::string text_of(const ordered_json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_structured()) return value.dump();
  std::string text;
  for (const auto& [name, entry] : value.items()) {
    text += (text.empty() ? "" : ", ") + (value.is_object() ? name + ' ' : "") + text_of(entry);
  }
  return text;
}

Named<std::string> texts(const ordered_json& object) {
  Named<std::string> all;
  for (const auto& [name, value] : object.items()) all.emplace_back(name, text_of(value));
  return all;
}

std::string mapping_of(const ordered_json& mapping) {
  if (mapping.is_null()) return "";
  const ordered_json& tiles = mapping.at("temporal_tiles");
  return fmt::format("{}, {}, {}x{}", mapping.at("output_channels_per_group").get<std::int64_t>(),
                     mapping.at("groups").get<std::int64_t>(), tiles.at(0).get<std::int64_t>(),
                     tiles.at(1).get<std::int64_t>());
}

LayerFigures layer_of(const ordered_json& json) {
  LayerFigures layer;
  json.at("name").get_to(layer.name);
  json.at("cycles").get_to(layer.cycles);
  json.at("microseconds").get_to(layer.microseconds);
  json.at("utilisation").get_to(layer.utilisation);
  json.at("dense_macs").get_to(layer.dense_macs);
  json.at("densities").at("weights").get_to(layer.weight_density);
  json.at("densities").at("activations").get_to(layer.activation_density);
  layer.mapping = mapping_of(json.at("mapping"));
  layer.counters = named<std::int64_t>(json.at("counters"));
  layer.pe_cycles = named<std::int64_t>(json.at("pe_cycles"));
  if (!json.at("energy_pj").is_null()) {
    layer.energy = named<double>(json.at("energy_pj"));
    const auto total = std::find_if(layer.energy.begin(), layer.energy.end(),
                                    [](const auto& component) { return component.first == "total"; });
    layer.energy_total = json.at("energy_pj").at("total").get<double>();
    layer.energy.erase(total);
  }
  const ordered_json& storage = json.at("storage");
  storage.at("ratio").get_to(layer.storage_ratio);
  storage.at("weight_bits").get_to(layer.weight_bits);
  storage.at("index_bits").get_to(layer.index_bits);
  storage.at("dense_bits").get_to(layer.dense_bits);
  storage.at("placeholders").get_to(layer.placeholders);
  layer.nonzero_weights = std::llround(layer.weight_density * storage.at("weights").get<double>());
  layer.bit_exact = optional_of<bool>(json.at("check"), "bit_exact");
  layer.snr_db = optional_of<double>(json.at("check"), "snr_db");
  return layer;
}

Named<std::string> provenance_of(const ordered_json& results) {
  const ordered_json& provenance = results.at("provenance");
  Named<std::string> all{
      {"program", fmt::format("scnn-sim {} ({})", text_of(provenance.at("version")), text_of(provenance.at("commit")))},
      {"command", text_of(provenance.at("command"))},
      {"energy table", text_of(results.at("energy_table").at("name"))}};
  for (const auto& [name, seed] : provenance.at("seeds").items()) all.emplace_back("seed of " + name, text_of(seed));
  for (const auto& [name, hash] : provenance.at("inputs").items()) {
    all.emplace_back("SHA-256 of " + name, text_of(hash));
  }
  return all;
}

/// Without what is known only of single layers.
Named<std::string> pruning_of(const ordered_json& pruning) {
  Named<std::string> all;
  for (const auto& [name, value] : pruning.items()) {
    if (!value.is_structured() || !value.empty()) all.emplace_back(name, text_of(value));
  }
  return all;
}

/// @param totals of one machine
RunFigures machine_of(const ordered_json& results, const ordered_json& totals) {
  RunFigures run;
  run.machine = totals.value("machine", "scnn");
  results.at("network").get_to(run.network);
  results.at("images").get_to(run.images);
  const ordered_json& classification = results.at("classification");
  if (!classification.is_null()) run.images_correct = optional_of<std::int64_t>(classification, "correct");
  results.at("pruning").at("granularity").get_to(run.granularity);
  const ordered_json& accelerator = results.at("accelerator");
  run.bypass = fmt::format("{}{}", accelerator.at("pe.bypass.registers_per_bank").get<std::int64_t>(),
                           accelerator.at("pe.bypass.merge").get<bool>() ? " + merge" : "");
  run.clock_ghz = accelerator.at(run.machine == "eie" ? "eie.clock_ghz" : "clock_ghz").get<double>();
  results.at("energy_table").at("unit").get_to(run.energy_unit);
  run.provenance = provenance_of(results);
  run.pruning = pruning_of(results.at("pruning"));
  run.accelerator = texts(accelerator);
  run.total = layer_of(totals);
  for (const ordered_json& layer : results.at("layers")) {
    if (layer.value("machine", run.machine) == run.machine) run.layers.push_back(layer_of(layer));
  }
  return run;
}

template <class T>
void add(Named<T>& sums, const Named<T>& others) {
  for (const auto& other : others) {
    const auto same =
        std::find_if(sums.begin(), sums.end(), [&](const auto& entry) { return entry.first == other.first; });
    if (same == sums.end()) {
      sums.push_back(other);
    } else {
      same->second += other.second;
    }
  }
}

/// What can be added up of machines with clocks of their own.
void add(LayerFigures& sum, const LayerFigures& other) {
  sum.microseconds += other.microseconds;
  sum.dense_macs += other.dense_macs;
  add(sum.counters, other.counters);
  add(sum.pe_cycles, other.pe_cycles);
  add(sum.energy, other.energy);
  if (sum.energy_total) *sum.energy_total += other.energy_total.value_or(0);
  sum.weight_bits += other.weight_bits;
  sum.index_bits += other.index_bits;
  sum.dense_bits += other.dense_bits;
  sum.placeholders += other.placeholders;
  sum.nonzero_weights += other.nonzero_weights;
  if (sum.bit_exact) sum.bit_exact = *sum.bit_exact && other.bit_exact.value_or(true);
}

/// A network whose layers are on several machines.
RunFigures whole_of(const ordered_json& results, std::vector<RunFigures> parts) {
  RunFigures whole = parts.front();
  whole.clock_ghz.reset();
  for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
    whole.machine += " + " + part->machine;
    whole.layers.insert(whole.layers.end(), part->layers.begin(), part->layers.end());
    add(whole.total, part->total);
  }
  const ordered_json& network = results.at("whole_network");
  LayerFigures& total = whole.total;
  total.weight_density = network.at("nonzero_weights").get<double>() / network.at("weights").get<double>();
  if (total.dense_bits > 0) {
    total.storage_ratio =
        static_cast<double>(total.weight_bits + total.index_bits) / static_cast<double>(total.dense_bits);
  }
  whole.parts = std::move(parts);
  return whole;
}

}  // namespace

std::optional<std::int64_t> LayerFigures::counter(const std::string& counter_name) const {
  const auto found =
      std::find_if(counters.begin(), counters.end(), [&](const auto& c) { return c.first == counter_name; });
  if (found == counters.end()) return std::nullopt;
  return found->second;
}

double LayerFigures::all_pe_cycles() const {
  double sum = 0;
  for (const auto& [class_name, count] : pe_cycles) sum += static_cast<double>(count);
  return sum;
}

double LayerFigures::dram_bytes() const {
  double bytes = 0;
  for (const auto& [counter_name, count] : counters) {
    if (counter_name.rfind("dram_", 0) == 0) bytes += static_cast<double>(count);
  }
  return bytes;
}

std::vector<RunFigures> read_run(const std::filesystem::path& directory) {
  const std::string name = name_of_run(directory);
  std::vector<RunFigures> runs;
  read_results(directory, [&](const ordered_json& results) {
    const ordered_json& totals = results.at("totals");
    if (totals.contains("cycles")) {  // of the only machine
      runs.push_back(machine_of(results, totals));
      runs.back().name = name;
      return;
    }
    std::vector<RunFigures> machines;
    for (const auto& [machine, total] : totals.items()) {
      machines.push_back(machine_of(results, total));
      machines.back().name = fmt::format("{}: {}", name, machine);
    }
    if (!results.contains("whole_network")) {
      runs = std::move(machines);
      return;
    }
    runs.push_back(whole_of(results, std::move(machines)));
    runs.back().name = name;
  });
  return runs;
}

}  // namespace sim::report_page
