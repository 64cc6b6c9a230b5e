#include "sim/whole_network.hpp"

#include <vector>

#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

WholeNetwork whole_network(const Results& results) {
  WholeNetwork whole;
  for (const LayerResult& total : results.totals) {
    whole.microseconds += microseconds(total, results.accelerator);
    whole.energy_pj += total.energy.total_pj;
    whole.dram_bytes += dram_bytes(total);
    whole.weights += total.weights;
    whole.nonzero_weights += total.nonzero_weights;
  }
  return whole;
}

std::string whole_network_table(const Results& results) {
  const WholeNetwork whole = whole_network(results);
  const Scale scale = scale_for(whole.energy_pj, results.energy_table.unit);
  TextTable table({{"layer", Align::left},
                   {"machine", Align::left},
                   {"us", Align::right},
                   {"share", Align::right},
                   {scale.unit, Align::right},
                   {"share", Align::right},
                   {"DRAM bytes", Align::right},
                   {"share", Align::right},
                   {"weights kept", Align::right},
                   {"share", Align::right}});
  const auto share = [](double part, double all) { return all == 0 ? std::string("-") : percent_text(part / all); };
  const auto count_share = [&](std::int64_t part, std::int64_t all) {
    return share(static_cast<double>(part), static_cast<double>(all));
  };
  const auto add = [&](const std::string& name, const std::string& machine, const WholeNetwork& part) {
    table.add_row({name, machine, decimal_text(part.microseconds, 1), share(part.microseconds, whole.microseconds),
                   decimal_text(part.energy_pj / scale.factor, 1), share(part.energy_pj, whole.energy_pj),
                   count_text(part.dram_bytes), count_share(part.dram_bytes, whole.dram_bytes),
                   count_text(part.nonzero_weights), count_share(part.nonzero_weights, whole.nonzero_weights)});
  };
  const auto add_layer = [&](const LayerResult& layer) {
    add(layer.name, name_of(layer.machine),
        {microseconds(layer, results.accelerator), layer.energy.total_pj, dram_bytes(layer), layer.weights,
         layer.nonzero_weights});
  };
  for (const LayerResult& layer : results.layers) add_layer(layer);
  table.add_rule();
  for (const LayerResult& total : results.totals) add_layer(total);
  table.add_rule();
  add("total", "", whole);
  return "The whole network\n\n" + table.str();
}

}  // namespace sim
