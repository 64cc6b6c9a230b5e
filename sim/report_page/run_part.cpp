#include "sim/report_page/run_part.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/report_page/figure_text.hpp"
#include "sim/text.hpp"

namespace sim::report_page {

namespace {

std::vector<std::string> names_of(const std::vector<LayerFigures>& layers) {
  std::vector<std::string> names;
  for (const LayerFigures& layer : layers) names.push_back(layer.name);
  return names;
}

/// A row for every layer and one for the total, without columns that say nothing.
/// @param cells_of the cells of a layer after its name
void add_layer_table(Element section, const RunFigures& run, const std::vector<std::string>& titles,
                     const std::function<std::vector<std::string>(const LayerFigures&)>& cells_of) {
  std::vector<std::vector<std::string>> rows;
  for (const LayerFigures& layer : run.layers) rows.push_back(cells_of(layer));
  rows.push_back(cells_of(run.total));
  std::vector<HtmlColumn> columns{{"layer", CellKind::text, "", ""}};
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const auto says_nothing = [&](const auto& cells) { return cells[i].empty() || cells[i] == nothing; };
    if (std::all_of(rows.begin(), rows.end(), says_nothing)) continue;
    shown.push_back(i);
    columns.push_back({titles[i], CellKind::number, "", ""});
  }
  HtmlTable table(section, columns);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const bool is_total = row == run.layers.size();
    std::vector<std::string> cells{is_total ? run.total.name : run.layers[row].name};
    for (const std::size_t i : shown) cells.push_back(rows[row][i]);
    if (is_total) {
      table.add_total(cells);
    } else {
      table.add_row(cells);
    }
  }
}

std::string outputs_text(const LayerFigures& total) {
  if (!total.bit_exact) return "not computed, only timed";
  return *total.bit_exact ? "equal a dense convolution" : "differ from a dense convolution";
}

void add_summary(Element part, const RunFigures& run) {
  const LayerFigures& total = run.total;
  FactList facts(part);
  facts.add("network", run.network);
  facts.add("machine", run.machine);
  facts.add("images", exact(run.images));
  for (const auto& [name, value] : run.pruning) {
    if (name == "granularity") facts.add("pruning", value);
  }
  facts.add("weight density", fmt::format("{:.4f}", total.weight_density));
  facts.add("activation density", fmt::format("{:.4f}", total.activation_density));
  facts.add("cycles", exact(total.cycles));
  facts.add(fmt::format("time at {} GHz", number_text(run.clock_ghz.value())),
            decimal_text(total.microseconds, 1) + " µs");
  facts.add("utilisation of the multipliers", percent_text(total.utilisation));
  if (total.energy_total) {
    const Scale scale = axis_scale(*total.energy_total, run.energy_unit);
    facts.add("energy", fmt::format("{:.4g} {}", *total.energy_total / scale.factor, scale.unit));
  }
  facts.add("DRAM traffic", decimal_text(total.dram_bytes(), 0) + " bytes");
  facts.add("storage of the weights", percent_text(total.storage_ratio) + " of dense");
  if (run.images_correct) facts.add("images correct", fmt::format("{} of {}", *run.images_correct, run.images));
  facts.add("outputs", outputs_text(total));
}

void add_layers(Element part, const RunFigures& run) {
  const Element section = Page::add_section(part, "Layers");
  add_layer_table(section, run,
                  {"cycles", "utilisation", "products", "dense MACs", "weight density", "activation density",
                   "Kc, groups, tiles", "SNR (dB)"},
                  [&](const LayerFigures& layer) {
                    return std::vector<std::string>{exact(layer.cycles),
                                                    percent_text(layer.utilisation),
                                                    exact(layer.counter("products")),
                                                    exact(layer.dense_macs),
                                                    fmt::format("{:.3f}", layer.weight_density),
                                                    fmt::format("{:.3f}", layer.activation_density),
                                                    layer.mapping,
                                                    layer.snr_db ? fmt::format("{:.1f}", *layer.snr_db) : nothing};
                  });
  std::string note = "Utilisation: products of two non-zero values over multipliers times cycles.";
  if (run.total.snr_db) note += " SNR: of the outputs against float32 arithmetic.";
  Page::add_note(section, note);
}

void add_energy(Page& page, Element part, const RunFigures& run) {
  if (!run.total.energy_total) return;
  const Element section = Page::add_section(part, "Energy");
  BarChart chart{
      "energy", "Energy by layer and component", "energy", run.energy_unit, BarLayout::stacked, names_of(run.layers),
      {}};
  std::vector<std::string> titles;
  const Scale scale = axis_scale(*run.total.energy_total, run.energy_unit);
  for (const auto& [component, total] : run.total.energy) {
    titles.push_back(component);
    Series series{component, {}};
    for (const LayerFigures& layer : run.layers) series.values.push_back(value_of(layer.energy, component));
    chart.series.push_back(std::move(series));
  }
  page.add_figure(section, run.name, draw(chart));
  titles.emplace_back("total");
  add_layer_table(section, run, titles, [&](const LayerFigures& layer) {
    std::vector<std::string> cells;
    for (const auto& component : run.total.energy) {
      cells.push_back(decimal_text(value_of(layer.energy, component.first) / scale.factor, 3));
    }
    cells.push_back(layer.energy_total ? decimal_text(*layer.energy_total / scale.factor, 3) : nothing);
    return cells;
  });
  Page::add_note(section, fmt::format("All in {}.", scale.unit));
}

void add_pe_cycles(Page& page, Element part, const RunFigures& run) {
  if (run.total.pe_cycles.empty()) return;
  const Element section = Page::add_section(part, "Where the PE-cycles went");
  BarChart chart{
      "pe-cycles", "Where the PE-cycles of every layer went", "PE-cycles", "", BarLayout::stacked, names_of(run.layers),
      {}};
  std::vector<std::string> titles;
  for (const auto& [name, total] : run.total.pe_cycles) {
    titles.push_back(name);
    Series series{name, {}};
    for (const LayerFigures& layer : run.layers) {
      series.values.push_back(
          layer.pe_cycles.empty() ? 0 : value_of(layer.pe_cycles, name) / std::max(layer.all_pe_cycles(), 1.0));
    }
    chart.series.push_back(std::move(series));
  }
  page.add_figure(section, run.name, draw(chart));
  titles.emplace_back("PE-cycles");
  add_layer_table(section, run, titles, [&](const LayerFigures& layer) {
    std::vector<std::string> cells;
    for (const auto& entry : run.total.pe_cycles) {
      cells.push_back(share(value_of(layer.pe_cycles, entry.first), layer.all_pe_cycles()));
    }
    cells.push_back(decimal_text(layer.all_pe_cycles(), 0));
    return cells;
  });
}

void add_references(Page& page, Element part, const RunFigures& run) {
  struct Reference {
    const char* counter;
    const char* title;
  };
  constexpr Reference all[] = {{"products_accumulated", "without bypass"},
                               {"accumulator_references", "with bypass"},
                               {"row_references", "row references"}};
  if (!run.total.counter("accumulator_references")) return;
  const Element section = Page::add_section(part, "References to partial sums");
  BarChart chart{"references",
                 "References to partial sums by layer",
                 "references",
                 "references",
                 BarLayout::side_by_side,
                 names_of(run.layers),
                 {}};
  std::vector<Reference> counted;
  std::copy_if(std::begin(all), std::end(all), std::back_inserter(counted),
               [&](const Reference& reference) { return run.total.counter(reference.counter).has_value(); });
  for (const Reference& reference : counted) {
    Series series{reference.title, {}};
    for (const LayerFigures& layer : run.layers) series.values.push_back(value_of(layer.counters, reference.counter));
    chart.series.push_back(std::move(series));
  }
  page.add_figure(section, run.name, draw(chart));
  std::vector<std::string> titles;
  for (const Reference& reference : counted) titles.emplace_back(reference.title);
  titles.insert(titles.end(), {"merged", "bypass hits", "left by the bypass"});
  add_layer_table(section, run, titles, [&](const LayerFigures& layer) {
    std::vector<std::string> cells;
    for (const Reference& reference : counted) cells.push_back(exact(layer.counter(reference.counter)));
    cells.push_back(exact(layer.counter("products_merged")));
    cells.push_back(exact(layer.counter("bypass_hits")));
    cells.push_back(
        share(value_of(layer.counters, "accumulator_references"), value_of(layer.counters, "products_accumulated")));
    return cells;
  });
  Page::add_note(
      section,
      "Without bypass, every product that belongs to an output is a reference of accumulator memory; merging and "
      "bypass registers save some. Row references are the accounting of the published tables.");
}

void add_storage(Page& page, Element part, const RunFigures& run) {
  const Element section = Page::add_section(part, "Storage of the weights");
  BarChart chart{"storage",
                 "Storage of the weights by layer",
                 "relative to dense weights",
                 "",
                 BarLayout::stacked,
                 names_of(run.layers),
                 {{"weights", {}}, {"indices", {}}}};
  for (const LayerFigures& layer : run.layers) {
    const auto dense = static_cast<double>(layer.dense_bits);
    chart.series[0].values.push_back(dense == 0 ? 0 : static_cast<double>(layer.weight_bits) / dense);
    chart.series[1].values.push_back(dense == 0 ? 0 : static_cast<double>(layer.index_bits) / dense);
  }
  page.add_figure(section, run.name, draw(chart));
  add_layer_table(section, run, {"dense bits", "weight bits", "index bits", "ratio", "placeholders"},
                  [](const LayerFigures& layer) {
                    return std::vector<std::string>{exact(layer.dense_bits), exact(layer.weight_bits),
                                                    exact(layer.index_bits), percent_text(layer.storage_ratio),
                                                    exact(layer.placeholders)};
                  });
}

void add_provenance(Element part, const RunFigures& run) {
  const auto list = [](Element section, const Named<std::string>& entries) {
    FactList facts(section);
    for (const auto& [name, value] : entries) facts.add(name, value);
  };
  const Element section = Page::add_section(part, "Provenance");
  list(section, run.provenance);
  list(Page::add_section(part, "Pruning"), run.pruning);
  list(Page::add_section(part, "Accelerator"), run.accelerator);
}

}  // namespace

void add_run(Page& page, const RunFigures& run) {
  if (!run.parts.empty()) {
    add_whole_network(page, run);
    for (RunFigures part : run.parts) {
      part.name = fmt::format("{}: {}", run.name, part.machine);
      add_run(page, part);
    }
    return;
  }
  const Element part = page.add_part(run.name, "run");
  add_summary(part, run);
  add_layers(part, run);
  add_energy(page, part, run);
  add_pe_cycles(page, part, run);
  add_references(page, part, run);
  add_storage(page, part, run);
  add_provenance(part, run);
}

}  // namespace sim::report_page
