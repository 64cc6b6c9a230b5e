#include "sim/results.hpp"

#include <algorithm>
#include <cmath>

namespace sim {

namespace {

/// Adds an optional part of a check: the sum covers the layers that have one.
template <class T, class Add>
void add_part(std::optional<T>& sum, const std::optional<T>& part, const Add& add) {
  if (!part) return;
  if (sum) {
    add(*sum, *part);
  } else {
    sum = part;
  }
}

void add_layer(LayerResult& total, const LayerResult& layer) {
  const auto add_deviation = [](Deviation& sum, const Deviation& part) { sum += part; };
  total.cycles += layer.cycles;
  total.weights += layer.weights;
  total.nonzero_weights += layer.nonzero_weights;
  total.activations += layer.activations;
  total.nonzero_activations += layer.nonzero_activations;
  total.dense_macs += layer.dense_macs;
  static_cast<MachineCounts&>(total) += layer;
  total.energy += layer.energy;
  total.storage += layer.storage;
  add_part(total.check.bit_exact, layer.check.bit_exact, [](bool& all, bool exact) { all = all && exact; });
  add_part(total.check.float32, layer.check.float32, add_deviation);
  add_part(total.check.recorded, layer.check.recorded, add_deviation);
}

}  // namespace

Storage& Storage::operator+=(const Storage& other) {
  StorageSize::operator+=(other);
  placeholders += other.placeholders;
  return *this;
}

std::optional<double> Deviation::snr_db() const {
  if (signal <= 0 || noise <= 0) return std::nullopt;
  return 10 * std::log10(signal / noise);
}

Deviation& Deviation::operator+=(const Deviation& other) {
  signal += other.signal;
  noise += other.noise;
  largest_difference = std::max(largest_difference, other.largest_difference);
  return *this;
}

std::optional<int> Classification::correct() const {
  if (!labels) return std::nullopt;
  int count = 0;
  for (std::size_t image = 0; image < best.size(); ++image) {
    if (!best[image].empty() && best[image].front() == labels->at(image)) ++count;
  }
  return count;
}

double utilisation(const LayerResult& layer, const scnn::Parameters& accelerator) {
  const std::int64_t pe_cycles = layer.eie_pe_cycles.total();
  if (layer.machine == Machine::eie) {
    return pe_cycles == 0 ? 0 : static_cast<double>(products_of(layer.machine, layer)) / static_cast<double>(pe_cycles);
  }
  const double slots = static_cast<double>(layer.cycles) * static_cast<double>(accelerator.pes()) *
                       static_cast<double>(accelerator.lanes());
  return slots == 0 ? 0 : static_cast<double>(products_of(layer.machine, layer)) / slots;
}

std::optional<double> area_mm2(const Results& results, Machine machine) {
  const std::vector<energy::ComponentArea> areas = areas_of(results.energy_table, machine);
  if (areas.empty()) return std::nullopt;
  double um2 = 0;
  for (const energy::ComponentArea& area : areas) um2 += area.area_um2;
  return static_cast<double>(pes_of(machine, results.accelerator)) * um2 / energy::um2_per_mm2;
}

double microseconds(const LayerResult& layer, const Accelerator& accelerator) {
  return static_cast<double>(layer.cycles) / clock_ghz(layer.machine, accelerator) / 1000;
}

std::int64_t dram_bytes(const LayerResult& layer) {
  std::int64_t bytes = 0;
  for (const Count& count : counters_of(layer.machine, layer)) {
    if (count.name.starts_with("dram_") && count.unit == "bytes") bytes += count.value;
  }
  return bytes;
}

double weight_density(const LayerResult& layer) {
  return layer.weights == 0 ? 0 : static_cast<double>(layer.nonzero_weights) / static_cast<double>(layer.weights);
}

double activation_density(const LayerResult& layer) {
  return layer.activations == 0
             ? 0
             : static_cast<double>(layer.nonzero_activations) / static_cast<double>(layer.activations);
}

std::vector<MachineResults> by_machine(const Results& results) {
  std::vector<MachineResults> machines;
  for (const LayerResult& total : results.totals) {
    const auto is_of = [&](const LayerResult& layer) { return layer.machine == total.machine; };
    const auto first = std::find_if(results.layers.begin(), results.layers.end(), is_of);
    const auto end = std::find_if_not(first, results.layers.end(), is_of);
    machines.push_back({std::span(first, end), total});
  }
  return machines;
}

void add_up(Results& results) {
  results.totals.clear();
  for (const LayerResult& layer : results.layers) {
    if (results.totals.empty() || results.totals.back().machine != layer.machine) {
      LayerResult& total = results.totals.emplace_back();
      total.machine = layer.machine;
      total.name = "total";
    }
    add_layer(results.totals.back(), layer);
  }
}

}  // namespace sim
