#include "sim/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pruning/input_error.hpp"
#include "sim/results_reader.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace {

using json = nlohmann::ordered_json;

LayerCost cost_of(const json& layer) {
  LayerCost cost{layer.at("name"), layer.at("cycles"), layer.at("microseconds"), {}};
  const json& energy = layer.at("energy_pj");
  if (!energy.is_null()) cost.energy = energy.at("total").get<double>();
  return cost;
}

/// @param totals of one machine
LoadedRun run_of(const json& results, const json& totals) {
  const json& counters = totals.at("counters");
  const json& accelerator = results.at("accelerator");
  const json& classification = results.at("classification");
  const auto count = [&](const char* name) -> std::optional<std::int64_t> {
    if (!counters.contains(name)) return std::nullopt;
    return counters.at(name).get<std::int64_t>();
  };
  LoadedRun run;
  results.at("network").get_to(run.network);
  results.at("pruning").at("granularity").get_to(run.granularity);
  totals.at("densities").at("weights").get_to(run.weight_density);
  accelerator.at("pe.bypass.registers_per_bank").get_to(run.bypass_registers);
  accelerator.at("pe.bypass.merge").get_to(run.merge);
  run.row_references = count("row_references");
  run.products_accumulated = count("products_accumulated");
  run.accumulator_references = count("accumulator_references");
  run.cost.total = cost_of(totals);
  totals.at("machine").get_to(run.cost.machine);
  run.clock_ghz = accelerator.at(run.cost.machine == "eie" ? "eie.clock_ghz" : "clock_ghz").get<double>();
  for (const json& layer : results.at("layers")) {
    if (layer.at("machine") == run.cost.machine) run.cost.layers.push_back(cost_of(layer));
  }
  results.at("energy_table").at("unit").get_to(run.energy_unit);
  totals.at("storage").at("ratio").get_to(run.storage_ratio);
  results.at("images").get_to(run.images);
  if (!classification.is_null() && !classification.at("correct").is_null()) {
    run.correct = classification.at("correct").get<std::int64_t>();
  }
  return run;
}

/// A network whose layers are on two machines, as one run.
LoadedRun whole_of(const json& results) {
  const json& totals = results.at("totals");
  const json& whole = results.at("whole_network");
  LoadedRun run;
  double stored_bits = 0;
  double dense_bits = 0;
  for (const json& machine : results.at("machines")) {
    const json& part_totals = totals.at(machine.get<std::string>());
    LoadedRun part = run_of(results, part_totals);
    const json& storage = part_totals.at("storage");
    const double bits = storage.at("weight_bits").get<double>() + storage.at("index_bits").get<double>();
    stored_bits += bits;
    dense_bits += part.storage_ratio == 0 ? 0 : bits / part.storage_ratio;
    if (run.cost.machine.empty()) {
      run = std::move(part);
      continue;
    }
    run.cost.machine += " + " + part.cost.machine;
    run.cost.layers.insert(run.cost.layers.end(), part.cost.layers.begin(), part.cost.layers.end());
    run.cost.total.microseconds += part.cost.total.microseconds;
    if (run.cost.total.energy) *run.cost.total.energy += part.cost.total.energy.value_or(0);
    run.clock_ghz.reset();
  }
  run.weight_density = whole.at("nonzero_weights").get<double>() / whole.at("weights").get<double>();
  run.storage_ratio = dense_bits == 0 ? 0 : stored_bits / dense_bits;
  return run;
}

/// Whether cycles say which of the runs is faster.
bool clocks_agree(const std::vector<LoadedRun>& runs) {
  return std::all_of(runs.begin(), runs.end(),
                     [&](const LoadedRun& run) { return run.clock_ghz && run.clock_ghz == runs.front().clock_ghz; });
}

std::string bypass_text(const LoadedRun& run) {
  return fmt::format("{}{}", run.bypass_registers, run.merge ? " + merge" : "");
}

/// Nothing if a part is missing or there is nothing to divide by.
template <class T>
std::optional<double> ratio(const std::optional<T>& value, const std::optional<T>& to) {
  if (!value || !to || *to == 0) return std::nullopt;
  return static_cast<double>(*value) / static_cast<double>(*to);
}

std::string absolute_table(const std::vector<LoadedRun>& runs) {
  double most_energy = 0;
  for (const LoadedRun& run : runs) most_energy = std::max(most_energy, run.cost.total.energy.value_or(0));
  const Scale scale = scale_for(most_energy, runs.front().energy_unit);
  const bool in_cycles = clocks_agree(runs);
  TextTable table({{"run", Align::left},
                   {"pruning", Align::left},
                   {"density", Align::right},
                   {"bypass", Align::right},
                   {"row refs", Align::right},
                   {"accum. refs", Align::right},
                   {"of products", Align::right},
                   {in_cycles ? "cycles" : "us", Align::right},
                   {scale.unit, Align::right},
                   {"storage", Align::right},
                   {"correct", Align::right}});
  const auto count = [](const std::optional<std::int64_t>& value) { return value ? count_text(*value) : "-"; };
  for (const LoadedRun& run : runs) {
    const std::optional<double> share = ratio(run.accumulator_references, run.products_accumulated);
    const std::optional<double>& energy = run.cost.total.energy;
    table.add_row({run.name, run.granularity, fmt::format("{:.3f}", run.weight_density), bypass_text(run),
                   count(run.row_references), count(run.accumulator_references), share ? percent_text(*share) : "-",
                   in_cycles ? count_text(run.cost.total.cycles) : decimal_text(run.cost.total.microseconds, 1),
                   energy ? decimal_text(*energy / scale.factor, 1) : "-", percent_text(run.storage_ratio),
                   run.correct ? fmt::format("{}/{}", *run.correct, run.images) : "-"});
  }
  return table.str();
}

std::string relative_table(const std::vector<LoadedRun>& runs, const LoadedRun& reference) {
  const bool in_cycles = clocks_agree(runs);
  TextTable table({{fmt::format("relative to {}", reference.name), Align::left},
                   {"row refs", Align::right},
                   {"accum. refs", Align::right},
                   {in_cycles ? "cycles" : "time", Align::right},
                   {"energy", Align::right},
                   {"storage", Align::right}});
  const auto relative = [](auto value, auto to) {
    const std::optional<double> share = ratio(value, to);
    return share ? fmt::format("{:.3f}", *share) : "-";
  };
  for (const LoadedRun& run : runs) {
    table.add_row(
        {run.name, relative(run.row_references, reference.row_references),
         relative(run.accumulator_references, reference.accumulator_references),
         in_cycles
             ? relative(std::optional(run.cost.total.cycles), std::optional(reference.cost.total.cycles))
             : relative(std::optional(run.cost.total.microseconds), std::optional(reference.cost.total.microseconds)),
         relative(run.cost.total.energy, reference.cost.total.energy),
         relative(std::optional(run.storage_ratio), std::optional(reference.storage_ratio))});
  }
  return table.str();
}

/// Layer by layer, if more than one machine is there.
std::string machines_tables(const std::vector<LoadedRun>& runs) {
  std::vector<MachineCost> machines;
  for (const LoadedRun& run : runs) machines.push_back(run.cost);
  const bool one = std::all_of(machines.begin(), machines.end(),
                               [&](const MachineCost& cost) { return cost.machine == machines.front().machine; });
  return one ? "" : '\n' + machine_comparison(machines);
}

/// That runs are compared with.
const LoadedRun& reference_of(const std::vector<LoadedRun>& runs) {
  std::vector<RunKind> kinds;
  for (const LoadedRun& run : runs) kinds.push_back({run.cost.machine, run.granularity});
  return runs[reference_among(kinds)];
}

}  // namespace

std::vector<LoadedRun> load_runs(const std::filesystem::path& directory) {
  const std::string name = name_of_run(directory);
  std::vector<LoadedRun> runs;
  read_results(directory, [&](const json& results) {
    const json& totals = results.at("totals");
    if (totals.contains("machine")) {
      runs.push_back(run_of(results, totals));
      runs.back().name = name;
    } else if (results.contains("whole_network")) {
      runs.push_back(whole_of(results));
      runs.back().name = name;
    } else {
      for (const json& machine : results.at("machines")) {
        runs.push_back(run_of(results, totals.at(machine.get<std::string>())));
        runs.back().name = fmt::format("{}: {}", name, runs.back().cost.machine);
      }
    }
  });
  for (LoadedRun& run : runs) run.cost.name = run.name;
  return runs;
}

std::size_t reference_among(const std::vector<RunKind>& runs) {
  for (const auto& is_reference : {+[](const RunKind& run) { return run.machine == "dcnn"; },
                                   +[](const RunKind& run) { return run.granularity == "fine"; }}) {
    const auto found = std::find_if(runs.begin(), runs.end(), is_reference);
    if (found != runs.end()) return static_cast<std::size_t>(found - runs.begin());
  }
  return 0;
}

std::string compare(const std::vector<LoadedRun>& runs) {
  if (runs.empty()) return {};
  std::string networks = runs.front().network;
  for (const LoadedRun& run : runs) {
    if (run.energy_unit != runs.front().energy_unit) {
      throw pruning::InputError(
          {run.name, 0, 0, ""},
          fmt::format("energies are in {}, those of {} in {}; runs that are compared need one unit", run.energy_unit,
                      runs.front().name, runs.front().energy_unit));
    }
    if (networks.find(run.network) == std::string::npos) networks += ", " + run.network;
  }
  return networks + "\n\n" + absolute_table(runs) + '\n' + relative_table(runs, reference_of(runs)) +
         machines_tables(runs);
}

}  // namespace sim
