#include "sim/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/eie_report.hpp"
#include "sim/energy_report.hpp"
#include "sim/layer_table.hpp"
#include "sim/machine_comparison.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "sim/whole_network.hpp"

namespace sim {

namespace {

constexpr std::string_view nothing = "-";

std::string ratio_text(double part, double whole) {
  return whole == 0 ? std::string(nothing) : percent_text(part / whole);
}
std::string ratio_text(std::int64_t part, std::int64_t whole) {
  return ratio_text(static_cast<double>(part), static_cast<double>(whole));
}

std::string heading(const Results& results) {
  std::string pruned = "not pruned";
  if (results.pruning.granularity != pruning::Granularity::none) {
    pruned = fmt::format("{} pruning to density {}", pruning::name_of(results.pruning.granularity),
                         number_text(results.pruning.density));
    if (!results.pruning.densities.empty()) pruned += " (some layers to their own)";
  }
  return fmt::format("{}, {} image{}, {}\n", results.network, results.images, results.images == 1 ? "" : "s", pruned);
}

std::string title_of(Machine machine) {
  switch (machine) {
    case Machine::scnn:
      return "SCNN";
    case Machine::dcnn:
      return "DCNN";
    case Machine::dcnn_opt:
      return "DCNN-opt";
    case Machine::scnn_sparse_w:
      return "SCNN-SparseW (dense activations)";
    case Machine::scnn_sparse_a:
      return "SCNN-SparseA (dense weights)";
    case Machine::scnn_oracle:
      return "SCNN (oracle)";
    case Machine::eie:
      return "EIE";
  }
  return {};
}

std::string machine_heading(const Results& results, const MachineResults& machine) {
  if (machine.machine() == Machine::eie) return eie_heading(results, machine);
  const scnn::Parameters& a = results.accelerator;
  std::string bypass;
  if (runs_on_scnn(machine.machine())) {
    if (a.bypass_registers > 0) bypass = fmt::format(", {} bypass registers per bank", a.bypass_registers);
    if (a.bypass_registers == 1) bypass = ", 1 bypass register per bank";
    if (a.merge) bypass += ", merging";
  }
  return fmt::format("{} of {} x {} PEs, {} x {} multipliers each{}, {} GHz: {} us\n", title_of(machine.machine()),
                     a.rows, a.columns, a.weights_per_cycle, a.activations_per_cycle, bypass, number_text(a.clock_ghz),
                     decimal_text(microseconds(machine.total, results.accelerator), 1));
}

std::string cycles_table(const Results& results, const MachineResults& machine) {
  return layer_table(
      "Cycles",
      {"cycles", "utilisation", "products", "dense MACs", "weight density", "act. density", "Kc", "groups", "passes"},
      machine, [&](const LayerResult& layer) {
        const bool total = &layer == &machine.total;
        const Mapping& mapping = layer.mapping;
        const auto of_layer = [&](std::int64_t value) { return total ? std::string() : fmt::format("{}", value); };
        return std::vector<std::string>{count_text(layer.cycles),
                                        percent_text(utilisation(layer, results.accelerator)),
                                        count_text(products_of(layer.machine, layer)),
                                        count_text(layer.dense_macs),
                                        fmt::format("{:.3f}", weight_density(layer)),
                                        fmt::format("{:.3f}", activation_density(layer)),
                                        of_layer(mapping.output_channels_per_group),
                                        of_layer(mapping.groups),
                                        of_layer(mapping.temporal_rows * mapping.temporal_columns)};
      });
}

std::string pe_cycles_table(const MachineResults& machine) {
  std::vector<std::string> columns;
  for (const Count& count : pe_cycles_of(machine.machine(), machine.total)) columns.emplace_back(count.name);
  columns.emplace_back("PE-cycles");
  return layer_table("Where the PE-cycles went", columns, machine, [](const LayerResult& layer) {
    const std::vector<Count> classes = pe_cycles_of(layer.machine, layer);
    std::int64_t all = 0;
    for (const Count& count : classes) all += count.value;
    std::vector<std::string> cells;
    for (const Count& count : classes) cells.push_back(ratio_text(count.value, all));
    cells.push_back(count_text(all));
    return cells;
  });
}

std::string references_table(const MachineResults& machine) {
  return layer_table(
      "References to partial sums",
      {"products accumulated", "merged", "bypass hits", "accumulator references", "of products", "row references"},
      machine, [](const LayerResult& layer) {
        const scnn::Counters& c = layer.counters;
        return std::vector<std::string>{count_text(c.products_accumulated),
                                        count_text(c.products_merged),
                                        count_text(c.bypass_hits),
                                        count_text(c.accumulator_references),
                                        ratio_text(c.accumulator_references, c.products_accumulated),
                                        count_text(c.row_references)};
      });
}

std::string dense_references_table(const MachineResults& machine) {
  return layer_table("Multiplications and references to memories",
                     {"multiplications", "gated", "partial sums", "activation vectors", "weight vectors", "input halo"},
                     machine, [](const LayerResult& layer) {
                       const dense::Counters& c = layer.dense_counters;
                       return std::vector<std::string>{
                           count_text(c.multiplications),        count_text(c.multiplications_gated),
                           count_text(c.accumulator_references), count_text(c.activation_vector_reads),
                           count_text(c.weight_buffer_reads),    count_text(c.input_halo_values)};
                     });
}

/// Bytes across DRAM, by kind, and why activations are among them.
std::string dram_table(const MachineResults& machine) {
  return layer_table(
      "Bytes across DRAM", {"weights read", "activations read", "because", "activations written", "because"}, machine,
      [&](const LayerResult& layer) {
        const std::vector<Count> counts = counters_of(layer.machine, layer);
        const auto bytes = [&](std::string_view name) {  // EIE reads no weights
          const auto count = std::find_if(counts.begin(), counts.end(), [&](const Count& c) { return c.name == name; });
          return count == counts.end() ? "-" : count_text(count->value);
        };
        return std::vector<std::string>{bytes("dram_weight_bytes_read"), bytes("dram_activation_bytes_read"),
                                        layer.places.input, bytes("dram_activation_bytes_written"),
                                        layer.places.output};
      });
}

/// Component names that leave room for ten of them in a line.
std::string short_name(const std::string& component) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 15> names{{{"leading_nonzero_detection", "lnzd"},
                                                                                 {"activation_queue", "queues"},
                                                                                 {"pointer_read", "pointers"},
                                                                                 {"sparse_matrix_read", "matrix"},
                                                                                 {"arithmetic_unit", "arith."},
                                                                                 {"activation_read_write", "act. r/w"},
                                                                                 {"multipliers", "mult."},
                                                                                 {"adder_tree", "adders"},
                                                                                 {"accumulation_buffer", "accum."},
                                                                                 {"weight_buffer", "weights"},
                                                                                 {"activation_sram", "act. sram"},
                                                                                 {"accumulators", "accum."},
                                                                                 {"bypass_registers", "bypass"},
                                                                                 {"weight_fifo", "w. fifo"},
                                                                                 {"post_processing", "ppu"}}};
  const auto* const found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == component; });
  return found == names.end() ? component : std::string(found->second);
}

std::string energy_tables(const Results& results, const MachineResults& machine) {
  std::vector<std::string> columns;
  for (const energy::ComponentEnergy& entry : machine.total.energy.components) {
    columns.push_back(short_name(entry.component));
  }
  const Scale scale = scale_for(machine.total.energy.total_pj, results.energy_table.unit);
  const auto absolute = [&](const LayerResult& layer) {
    std::vector<std::string> cells;
    for (const energy::ComponentEnergy& entry : machine.total.energy.components) {
      cells.push_back(decimal_text(layer.energy.of(entry.component) / scale.factor, 1));
    }
    cells.push_back(decimal_text(layer.energy.total_pj / scale.factor, 1));
    return cells;
  };
  const auto share = [&](const LayerResult& layer) {
    std::vector<std::string> cells;
    for (const energy::ComponentEnergy& entry : machine.total.energy.components) {
      cells.push_back(ratio_text(layer.energy.of(entry.component), layer.energy.total_pj));
    }
    return cells;
  };
  std::vector<std::string> with_total = columns;
  with_total.emplace_back("total");
  return layer_table(fmt::format("Energy in {} (table {})", scale.unit, results.energy_table.name), with_total, machine,
                     absolute) +
         '\n' + layer_table("Energy, share of the layer", columns, machine, share);
}

std::string storage_table(const Results& results, const MachineResults& machine) {
  return layer_table(fmt::format("Storage of the weights ({} bits each, {} bits per index)",
                                 results.pruning.weight_bits, results.pruning.index_bits),
                     {"weights", "kept", "indices", "weight bits", "index bits", "ratio", "placeholders"}, machine,
                     [](const LayerResult& layer) {
                       const Storage& s = layer.storage;
                       return std::vector<std::string>{count_text(s.weights),     count_text(s.kept_weights),
                                                       count_text(s.kept_grains), count_text(s.weight_bits),
                                                       count_text(s.index_bits),  percent_text(s.ratio()),
                                                       count_text(s.placeholders)};
                     });
}

std::string check_table(const MachineResults& machine) {
  const Check& total = machine.total.check;
  if (!total.bit_exact && !total.float32 && !total.recorded) return "Outputs: not computed, only timed\n";
  const auto snr = [](const std::optional<Deviation>& deviation) {
    if (!deviation) return std::string(nothing);
    if (const auto db = deviation->snr_db()) return fmt::format("{:.1f} dB", *db);
    return std::string(deviation->noise == 0 ? "equal" : nothing);
  };
  const auto largest = [](const std::optional<Deviation>& deviation) {
    return deviation ? fmt::format("{:.2g}", deviation->largest_difference) : std::string(nothing);
  };
  return layer_table("Outputs: against the same arithmetic, float32 and the recorded outputs",
                     {"bit-exact", "SNR float32", "largest diff.", "SNR recorded", "largest diff."}, machine,
                     [&](const LayerResult& layer) {
                       const Check& c = layer.check;
                       return std::vector<std::string>{
                           c.bit_exact ? (*c.bit_exact ? "yes" : "NO") : std::string(nothing), snr(c.float32),
                           largest(c.float32), snr(c.recorded), largest(c.recorded)};
                     });
}

std::string classification_table(const Classification& classification) {
  TextTable table({{"image", Align::right}, {"label", Align::right}, {"best classes", Align::left}});
  for (std::size_t image = 0; image < classification.best.size(); ++image) {
    const std::string label = classification.labels ? fmt::format("{}", classification.labels->at(image)) : "-";
    table.add_row({fmt::format("{}", image + 1), label, fmt::format("{}", fmt::join(classification.best[image], " "))});
  }
  std::string title = "Classification";
  if (const auto correct = classification.correct()) {
    title += fmt::format(": {} of {} images right", *correct, classification.best.size());
  }
  return title + "\n\n" + table.str();
}

std::string machine_report(const Results& results, const MachineResults& machine) {
  const Machine kind = machine.machine();
  const bool on_eie = kind == Machine::eie;
  std::vector<std::string> tables{on_eie ? eie_cycles_table(results, machine) : cycles_table(results, machine)};
  if (kind != Machine::scnn_oracle) {
    tables.push_back(pe_cycles_table(machine));
    tables.push_back(on_eie           ? eie_references_table(machine)
                     : is_dense(kind) ? dense_references_table(machine)
                                      : references_table(machine));
    tables.push_back(dram_table(machine));
    tables.push_back(energy_tables(results, machine));
    tables.push_back(energy_by_action(results, machine.total));
    tables.push_back(area_table(results, kind));
    if (!is_dense(kind) && !on_eie) tables.push_back(storage_table(results, machine));
    tables.push_back(check_table(machine));
  }
  std::string text = machine_heading(results, machine);
  for (const std::string& table : tables) {
    if (!table.empty()) text += '\n' + table;
  }
  return text;
}

LayerCost cost_of(const LayerResult& layer, const Accelerator& accelerator) {
  LayerCost cost{layer.name, layer.cycles, microseconds(layer, accelerator), {}};
  if (!layer.energy.components.empty()) cost.energy = layer.energy.total_pj;
  return cost;
}

std::string comparison(const std::vector<MachineResults>& machines, const Accelerator& accelerator) {
  std::vector<MachineCost> costs;
  for (const MachineResults& machine : machines) {
    const std::string& name = name_of(machine.machine());
    MachineCost& cost = costs.emplace_back(MachineCost{name, name, {}, cost_of(machine.total, accelerator)});
    for (const LayerResult& layer : machine.layers) cost.layers.push_back(cost_of(layer, accelerator));
  }
  return machine_comparison(costs);
}

}  // namespace

std::string report(const Results& results) {
  const std::vector<MachineResults> machines = by_machine(results);
  std::string text = heading(results);
  for (const MachineResults& machine : machines) {
    if (machines.size() > 1) text += '\n';
    text += machine_report(results, machine);
  }
  if (results.classification) text += '\n' + classification_table(*results.classification);
  if (results.by_layer_type) {
    text += '\n' + whole_network_table(results);
  } else if (machines.size() > 1) {
    text += '\n' + comparison(machines, results.accelerator);
  }
  return text;
}

}  // namespace sim
