#include "sim/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace {

using nlohmann::json;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& problem) {
  throw pruning::InputError({file.string(), 0, 0, ""}, problem);
}

LoadedRun run_of(const json& results) {
  const json& totals = results.at("totals");
  const json& counters = totals.at("counters");
  const json& accelerator = results.at("accelerator");
  const json& classification = results.at("classification");
  LoadedRun run;
  results.at("network").get_to(run.network);
  results.at("pruning").at("granularity").get_to(run.granularity);
  totals.at("densities").at("weights").get_to(run.weight_density);
  accelerator.at("pe.bypass.registers_per_bank").get_to(run.bypass_registers);
  accelerator.at("pe.bypass.merge").get_to(run.merge);
  counters.at("row_references").get_to(run.row_references);
  counters.at("products_accumulated").get_to(run.products_accumulated);
  counters.at("accumulator_references").get_to(run.accumulator_references);
  totals.at("cycles").get_to(run.cycles);
  totals.at("energy_pj").at("total").get_to(run.energy);
  results.at("energy_table").at("unit").get_to(run.energy_unit);
  totals.at("storage").at("ratio").get_to(run.storage_ratio);
  results.at("images").get_to(run.images);
  if (!classification.is_null() && !classification.at("correct").is_null()) {
    run.correct = classification.at("correct").get<std::int64_t>();
  }
  return run;
}

std::string bypass_text(const LoadedRun& run) {
  return fmt::format("{}{}", run.bypass_registers, run.merge ? " + merge" : "");
}

std::string absolute_table(const std::vector<LoadedRun>& runs) {
  double most_energy = 0;
  for (const LoadedRun& run : runs) most_energy = std::max(most_energy, run.energy);
  const Scale scale = scale_for(most_energy, runs.front().energy_unit);
  TextTable table({{"run", Align::left},
                   {"pruning", Align::left},
                   {"density", Align::right},
                   {"bypass", Align::right},
                   {"row refs", Align::right},
                   {"accum. refs", Align::right},
                   {"of products", Align::right},
                   {"cycles", Align::right},
                   {scale.unit, Align::right},
                   {"storage", Align::right},
                   {"correct", Align::right}});
  for (const LoadedRun& run : runs) {
    const double share =
        static_cast<double>(run.accumulator_references) / static_cast<double>(run.products_accumulated);
    table.add_row({run.name, run.granularity, fmt::format("{:.3f}", run.weight_density), bypass_text(run),
                   count_text(run.row_references), count_text(run.accumulator_references),
                   run.products_accumulated == 0 ? "-" : percent_text(share), count_text(run.cycles),
                   decimal_text(run.energy / scale.factor, 1), percent_text(run.storage_ratio),
                   run.correct ? fmt::format("{}/{}", *run.correct, run.images) : "-"});
  }
  return table.str();
}

std::string relative_table(const std::vector<LoadedRun>& runs, const LoadedRun& reference) {
  TextTable table({{fmt::format("relative to {}", reference.name), Align::left},
                   {"row refs", Align::right},
                   {"accum. refs", Align::right},
                   {"cycles", Align::right},
                   {"energy", Align::right},
                   {"storage", Align::right}});
  const auto relative = [](double value, double to) { return to == 0 ? "-" : fmt::format("{:.3f}", value / to); };
  const auto counts = [&](std::int64_t value, std::int64_t to) {
    return relative(static_cast<double>(value), static_cast<double>(to));
  };
  for (const LoadedRun& run : runs) {
    table.add_row({run.name, counts(run.row_references, reference.row_references),
                   counts(run.accumulator_references, reference.accumulator_references),
                   counts(run.cycles, reference.cycles), relative(run.energy, reference.energy),
                   relative(run.storage_ratio, reference.storage_ratio)});
  }
  return table.str();
}

}  // namespace

LoadedRun load_run(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "results.json";
  std::ifstream stream(file);
  if (!stream) fail(directory, "is not the directory of a run: it has no results.json that can be read");
  const json results = json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!results.is_object() || results.value("schema", json()) != json(results_schema)) {
    fail(file, fmt::format("must hold results of schema {}", results_schema));
  }
  try {
    LoadedRun run = run_of(results);
    const std::filesystem::path path = std::filesystem::absolute(directory).lexically_normal();
    run.name = (path.has_filename() ? path : path.parent_path()).filename().string();
    return run;
  } catch (const json::exception& error) {
    fail(file, fmt::format("lacks a figure or holds one of a wrong type ({})", error.what()));
  }
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
  const auto fine = std::find_if(runs.begin(), runs.end(), [](const LoadedRun& r) { return r.granularity == "fine"; });
  const LoadedRun& reference = fine == runs.end() ? runs.front() : *fine;
  return networks + "\n\n" + absolute_table(runs) + '\n' + relative_table(runs, reference);
}

}  // namespace sim
