#include <fmt/format.h>

#include "sim/report_page/figure_text.hpp"
#include "sim/report_page/run_part.hpp"
#include "sim/text.hpp"

namespace sim::report_page {

namespace {

void add_layers(Element part, const RunFigures& run, const Scale& scale) {
  const LayerFigures& whole = run.total;
  std::vector<HtmlColumn> columns{{"layer", CellKind::text, "", ""}, {"machine", CellKind::text, "", ""}};
  for (const std::string& title :
       {std::string("µs"), std::string("share"), scale.unit, std::string("share"), std::string("DRAM bytes"),
        std::string("share"), std::string("weights kept"), std::string("share")}) {
    columns.push_back({title, CellKind::number, "", ""});
  }
  HtmlTable table(Page::add_section(part, "The whole network"), columns);
  const auto cells = [&](const LayerFigures& layer, const std::string& machine) {
    const double energy = layer.energy_total.value_or(0);
    return std::vector<std::string>{
        layer.name,
        machine,
        decimal_text(layer.microseconds, 1),
        share(layer.microseconds, whole.microseconds),
        decimal_text(energy / scale.factor, 1),
        share(energy, whole.energy_total.value_or(0)),
        decimal_text(layer.dram_bytes(), 0),
        share(layer.dram_bytes(), whole.dram_bytes()),
        exact(layer.nonzero_weights),
        share(static_cast<double>(layer.nonzero_weights), static_cast<double>(whole.nonzero_weights))};
  };
  for (const RunFigures& machine : run.parts) {
    for (const LayerFigures& layer : machine.layers) table.add_row(cells(layer, machine.machine));
  }
  for (const RunFigures& machine : run.parts) table.add_total(cells(machine.total, machine.machine));
  table.add_total(cells(whole, run.machine));
}

void add_shares(Page& page, Element part, const RunFigures& run) {
  const LayerFigures& whole = run.total;
  BarChart chart{"machines", "Shares of the machines", "share",
                 "",         BarLayout::stacked,       {"time", "energy", "DRAM bytes", "weights kept"},
                 {}};
  for (const RunFigures& machine : run.parts) {
    const LayerFigures& total = machine.total;
    const auto of = [](double a, double b) { return b == 0 ? 0 : a / b; };
    chart.series.push_back(
        {machine.machine,
         {of(total.microseconds, whole.microseconds),
          of(total.energy_total.value_or(0), whole.energy_total.value_or(0)),
          of(total.dram_bytes(), whole.dram_bytes()),
          of(static_cast<double>(total.nonzero_weights), static_cast<double>(whole.nonzero_weights))}});
  }
  page.add_figure(part, run.name, draw(chart));
}

}  // namespace

void add_whole_network(Page& page, const RunFigures& run) {
  const Element part = page.add_part(run.name, "network");
  const LayerFigures& total = run.total;
  const Scale scale = axis_scale(total.energy_total.value_or(0), run.energy_unit);
  FactList facts(part);
  facts.add("network", run.network);
  facts.add("machines", run.machine);
  facts.add("images", exact(run.images));
  facts.add("pruning", run.granularity);
  facts.add("weight density", fmt::format("{:.4f}", total.weight_density));
  facts.add("time", decimal_text(total.microseconds, 1) + " µs");
  facts.add("energy", fmt::format("{:.4g} {}", total.energy_total.value_or(0) / scale.factor, scale.unit));
  facts.add("DRAM traffic", decimal_text(total.dram_bytes(), 0) + " bytes");
  if (run.images_correct) facts.add("images correct", fmt::format("{} of {}", *run.images_correct, run.images));
  add_layers(part, run, scale);
  add_shares(page, part, run);
}

}  // namespace sim::report_page
