#include "sim/eie_report.hpp"

#include <fmt/format.h>

#include "sim/layer_table.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

std::string sram_warning(const LayerResult& layer, std::string_view what, std::int64_t bytes, std::int64_t capacity) {
  if (bytes <= capacity) return {};
  return fmt::format("warning: layer {} has {} bytes of {} in its fullest PE, {} more than the SRAM holds\n",
                     layer.name, count_text(bytes), what, count_text(bytes - capacity));
}

/// Busy PE-cycles over all up to the last busy one.
std::string load_balance(const eie::PeCycles& cycles) {
  const std::int64_t all = cycles.busy + cycles.starved;
  return all == 0 ? "-" : percent_text(static_cast<double>(cycles.busy) / static_cast<double>(all));
}

}  // namespace

std::string eie_heading(const Results& results, const MachineResults& machine) {
  const eie::Parameters& p = results.accelerator.eie;
  std::string text =
      fmt::format("EIE of {} PEs, queues of {} activations, {} GHz: {} us\n", p.pes, p.queue, number_text(p.clock_ghz),
                  decimal_text(microseconds(machine.total, results.accelerator), 1));
  for (const LayerResult& layer : machine.layers) {
    text += sram_warning(layer, "weights", layer.sram.sparse_matrix_bytes, eie::sparse_matrix_sram_bytes) +
            sram_warning(layer, "pointers", layer.sram.pointer_bytes, eie::pointer_sram_bytes);
  }
  return text;
}

std::string eie_cycles_table(const Results& results, const MachineResults& machine) {
  const eie::Parameters& p = results.accelerator.eie;
  return layer_table("Cycles",
                     {"cycles", "us", "theoretical us", "load balance", "utilisation", "products", "dense MACs",
                      "weight density", "act. density"},
                     machine, [&](const LayerResult& layer) {
                       const double theoretical = static_cast<double>(layer.eie_counters.entries) /
                                                  static_cast<double>(p.pes) / p.clock_ghz / 1000;
                       return std::vector<std::string>{count_text(layer.cycles),
                                                       decimal_text(microseconds(layer, results.accelerator), 2),
                                                       decimal_text(theoretical, 2),
                                                       load_balance(layer.eie_pe_cycles),
                                                       percent_text(utilisation(layer, results.accelerator)),
                                                       count_text(products_of(layer.machine, layer)),
                                                       count_text(layer.dense_macs),
                                                       fmt::format("{:.3f}", weight_density(layer)),
                                                       fmt::format("{:.3f}", activation_density(layer))};
                     });
}

std::string eie_references_table(const MachineResults& machine) {
  return layer_table("Entries and references to memories",
                     {"broadcasts", "entries", "placeholders", "empty columns", "pointers", "matrix words", "bypasses"},
                     machine, [](const LayerResult& layer) {
                       const eie::Counters& c = layer.eie_counters;
                       return std::vector<std::string>{
                           count_text(c.broadcasts),          count_text(c.entries),
                           count_text(c.placeholders),        count_text(c.empty_columns),
                           count_text(c.pointer_reads),       count_text(c.spmat_word_reads),
                           count_text(c.accumulator_bypasses)};
                     });
}

}  // namespace sim
