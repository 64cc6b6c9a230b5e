#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "sim/comparison.hpp"
#include "sim/report_page/figure_text.hpp"
#include "sim/report_page/run_part.hpp"
#include "sim/text.hpp"

namespace sim::report_page {

namespace {

constexpr const char* part_name = "Comparison";

/// For figures, where there is little room: of machines of one run, those of the machines.
std::vector<std::string> names_of(const std::vector<RunFigures>& runs) {
  const std::string& first = runs.front().name;
  std::string common = first.substr(0, first.rfind(": ") == std::string::npos ? 0 : first.rfind(": ") + 2);
  for (const RunFigures& run : runs) {
    if (run.name.rfind(common, 0) != 0) common.clear();
  }
  std::vector<std::string> names;
  for (const RunFigures& run : runs) names.push_back(run.name.substr(common.size()));
  return names;
}

/// Names in the order in which the runs bring them up.
template <class Names>
std::vector<std::string> all_names(const std::vector<RunFigures>& runs, const Names& names_of_run) {
  std::vector<std::string> all;
  for (const RunFigures& run : runs) {
    for (const auto& entry : names_of_run(run)) {
      if (std::find(all.begin(), all.end(), entry.first) == all.end()) all.push_back(entry.first);
    }
  }
  return all;
}

/// With which the others are compared.
const RunFigures& reference_of(const std::vector<RunFigures>& runs) {
  std::vector<RunKind> kinds;
  for (const RunFigures& run : runs) kinds.push_back({run.machine, run.granularity});
  return runs[reference_among(kinds)];
}

/// Whether cycles say which of the runs is faster.
bool clocks_agree(const std::vector<RunFigures>& runs) {
  return std::all_of(runs.begin(), runs.end(),
                     [&](const RunFigures& run) { return run.clock_ghz && run.clock_ghz == runs.front().clock_ghz; });
}

void add_absolute(Element part, const std::vector<RunFigures>& runs) {
  const bool images = std::any_of(runs.begin(), runs.end(), [](const RunFigures& run) { return run.images_correct; });
  const auto differ = [&](std::string RunFigures::*text) {
    return std::any_of(runs.begin(), runs.end(),
                       [&](const RunFigures& run) { return run.*text != runs.front().*text; });
  };
  std::vector<std::pair<const char*, std::string RunFigures::*>> texts{{"pruning", &RunFigures::granularity}};
  if (differ(&RunFigures::machine)) texts.emplace_back("machine", &RunFigures::machine);
  if (differ(&RunFigures::network)) texts.emplace_back("network", &RunFigures::network);
  std::vector<HtmlColumn> columns{{"run", CellKind::text, "", ""}};
  for (const auto& text : texts) columns.push_back({text.first, CellKind::text, "", ""});
  const bool in_cycles = clocks_agree(runs);
  for (const char* title : {"weight density", "bypass", in_cycles ? "cycles" : "time (µs)", "utilisation", "energy",
                            "row references", "accumulator references", "left by the bypass", "storage"}) {
    columns.push_back({title, CellKind::number, "", ""});
  }
  if (images) columns.push_back({"images correct", CellKind::number, "", ""});
  HtmlTable table(part, columns);
  for (const RunFigures& run : runs) {
    const LayerFigures& total = run.total;
    std::string energy = nothing;
    if (total.energy_total) {
      const Scale scale = axis_scale(*total.energy_total, run.energy_unit);
      energy = fmt::format("{:.4g} {}", *total.energy_total / scale.factor, scale.unit);
    }
    std::vector<std::string> cells{run.name};
    for (const auto& text : texts) cells.push_back(run.*text.second);
    cells.insert(cells.end(), {fmt::format("{:.3f}", total.weight_density), run.bypass,
                               in_cycles ? exact(total.cycles) : decimal_text(total.microseconds, 1),
                               run.clock_ghz ? percent_text(total.utilisation) : nothing, energy,
                               exact(total.counter("row_references")), exact(total.counter("accumulator_references")),
                               share(value_of(total.counters, "accumulator_references"),
                                     value_of(total.counters, "products_accumulated")),
                               percent_text(total.storage_ratio)});
    if (images) {
      cells.push_back(run.images_correct ? fmt::format("{} of {}", *run.images_correct, run.images) : nothing);
    }
    table.add_row(cells);
  }
}

void add_relative(Element part, const std::vector<RunFigures>& runs) {
  const RunFigures& reference = reference_of(runs);
  const Element section = Page::add_section(part, "Relative to " + reference.name);
  HtmlTable table(section, {{"run", CellKind::text, "", ""},
                            {"speed-up", CellKind::number, "", ""},
                            {"energy", CellKind::number, "", ""},
                            {"row references", CellKind::number, "", ""},
                            {"accumulator references", CellKind::number, "", ""},
                            {"storage", CellKind::number, "", ""}});
  const auto relative = [](std::optional<double> value, std::optional<double> to) {
    return value && to && *to != 0 ? fmt::format("{:.3f}", *value / *to) : nothing;
  };
  const auto counter = [](const RunFigures& run, const char* name) -> std::optional<double> {
    if (const auto count = run.total.counter(name)) return static_cast<double>(*count);
    return std::nullopt;
  };
  for (const RunFigures& run : runs) {
    const bool comparable = run.energy_unit == reference.energy_unit;
    table.add_row({run.name, relative(reference.total.microseconds, run.total.microseconds),
                   comparable ? relative(run.total.energy_total, reference.total.energy_total) : nothing,
                   relative(counter(run, "row_references"), counter(reference, "row_references")),
                   relative(counter(run, "accumulator_references"), counter(reference, "accumulator_references")),
                   relative(run.total.storage_ratio, reference.total.storage_ratio)});
  }
}

void add_times(Page& page, Element figures, const std::vector<RunFigures>& runs) {
  const bool in_cycles = clocks_agree(runs);
  BarChart chart{"time", "Time by run", "time", "µs", BarLayout::stacked, names_of(runs), {{"time", {}}}};
  if (in_cycles) {
    chart = {"cycles", "Cycles by run", "cycles", "cycles", BarLayout::stacked, names_of(runs), {{"cycles", {}}}};
  }
  for (const RunFigures& run : runs) {
    chart.series[0].values.push_back(in_cycles ? static_cast<double>(run.total.cycles) : run.total.microseconds);
  }
  page.add_figure(figures, part_name, draw(chart));
}

void add_energy(Page& page, Element figures, const std::vector<RunFigures>& runs) {
  std::vector<RunFigures> with_energy;
  std::copy_if(runs.begin(), runs.end(), std::back_inserter(with_energy),
               [](const RunFigures& run) { return run.total.energy_total.has_value(); });
  if (with_energy.empty()) return;
  const std::string& unit = with_energy.front().energy_unit;
  if (std::any_of(with_energy.begin(), with_energy.end(),
                  [&](const RunFigures& run) { return run.energy_unit != unit; })) {
    Page::add_note(figures, "Energies are in different units and therefore not compared.");
    return;
  }
  BarChart chart{"energy",           "Energy by run and component", "energy", unit,
                 BarLayout::stacked, names_of(with_energy),         {}};
  for (const std::string& component : all_names(with_energy, [](const RunFigures& run) { return run.total.energy; })) {
    Series series{component, {}};
    for (const RunFigures& run : with_energy) series.values.push_back(value_of(run.total.energy, component));
    chart.series.push_back(std::move(series));
  }
  page.add_figure(figures, part_name, draw(chart));
}

void add_pe_cycles(Page& page, Element figures, const std::vector<RunFigures>& runs) {
  BarChart chart{
      "pe-cycles", "Where the PE-cycles of every run went", "PE-cycles", "", BarLayout::stacked, names_of(runs), {}};
  for (const std::string& name : all_names(runs, [](const RunFigures& run) { return run.total.pe_cycles; })) {
    Series series{name, {}};
    for (const RunFigures& run : runs) {
      series.values.push_back(value_of(run.total.pe_cycles, name) / std::max(run.total.all_pe_cycles(), 1.0));
    }
    chart.series.push_back(std::move(series));
  }
  page.add_figure(figures, part_name, draw(chart));
}

void add_references(Page& page, Element figures, const std::vector<RunFigures>& runs) {
  BarChart chart{"references",
                 "References to partial sums by run",
                 "references",
                 "references",
                 BarLayout::side_by_side,
                 names_of(runs),
                 {{"without bypass", {}}, {"with bypass", {}}, {"row references", {}}}};
  for (const RunFigures& run : runs) {
    chart.series[0].values.push_back(value_of(run.total.counters, "products_accumulated"));
    chart.series[1].values.push_back(value_of(run.total.counters, "accumulator_references"));
    chart.series[2].values.push_back(value_of(run.total.counters, "row_references"));
  }
  page.add_figure(figures, part_name, draw(chart));
}

}  // namespace

void add_comparison(Page& page, const std::vector<RunFigures>& runs) {
  const Element part = page.add_part(part_name, "runs");
  add_absolute(part, runs);
  add_relative(part, runs);
  const Element figures = add(Page::add_section(part, "Side by side"), "div", {{"class", "figures"}});
  add_times(page, figures, runs);
  add_energy(page, figures, runs);
  add_pe_cycles(page, figures, runs);
  add_references(page, figures, runs);
}

}  // namespace sim::report_page
