#include "sim/command_retrain.hpp"

#include <fmt/format.h>

#include <cmath>
#include <ostream>
#include <span>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "pruning/train/parameters.hpp"
#include "sim/sha256.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "sim/trained_network.hpp"

namespace sim {

namespace {

void check(const RetrainOptions& options) {
  const auto at_least_1 = [](const char* option, std::int64_t value) {
    if (value >= 1 && value <= 10000) return;
    throw pruning::InputError({.file = {}, .key = option}, fmt::format("must be from 1 to 10000, got {}", value));
  };
  at_least_1("--steps", options.steps);
  at_least_1("--epochs", options.epochs);
  check_learning_rate(options.learning_rate);
  if (!(options.least_accuracy >= 0 && options.least_accuracy <= 1)) {
    throw pruning::InputError({.file = {}, .key = "--least-accuracy"},
                              fmt::format("must be from 0 to 1, got {}", options.least_accuracy));
  }
  check_output(options.prune);
  pruning::check_writable(options.prune.output);
  if (!options.log.empty()) pruning::check_writable(options.log);
  if (!options.keep.empty() && !std::filesystem::is_directory(options.keep)) {
    throw pruning::InputError({.file = options.keep.string(), .key = "--keep"}, "must be a directory");
  }
}

train::Plan plan_of(const RetrainOptions& options, const workloads::Network& network, const PruningChoice& choice) {
  train::Plan plan;
  plan.lessons = options.lessons;
  plan.purpose = "retraining";
  plan.granularity = choice.granularity;
  plan.least_accuracy = options.least_accuracy;
  for (std::int64_t step = 1; step <= options.steps; ++step) {
    train::Stage stage{{}, options.epochs, options.learning_rate};
    const double share = static_cast<double>(step) / static_cast<double>(options.steps);
    for (const workloads::Layer& layer : network.layers) {
      if (!layer.on_accelerator() || choice.granularity_of(layer.name) == pruning::Granularity::none) continue;
      const double density = choice.density_of(layer.name);
      stage.densities[layer.name] = step == options.steps ? density : std::pow(density, share);
    }
    plan.stages.push_back(std::move(stage));
  }
  return plan;
}

/// Everything that the result depends on.
std::string text_of(const RetrainOptions& options, const TrainedNetwork& trained, const PruningChoice& choice) {
  std::string text = fmt::format("weights {:.12}, {} steps of {} epochs, learning rate {}, least accuracy {}, {} to {}",
                                 sha256_of_file(options.prune.weights), options.steps, options.epochs,
                                 number_text(options.learning_rate), number_text(options.least_accuracy),
                                 name_of(choice.granularity), number_text(choice.density));
  for (const auto& [layer, density] : choice.densities) text += fmt::format(", {} {}", layer, number_text(density));
  for (const std::string& layer : choice.exempt) text += fmt::format(", {} exempt", layer);
  return trained.description(text);
}

std::string csv_of(const train::Course& course) {
  std::string csv = "step,density,pruned_accuracy,accuracy,loss\n";
  for (std::size_t i = 0; i < course.results.size(); ++i) {
    const train::StageResult& result = course.results[i];
    csv += fmt::format("{},{},{},{},{}\n", i + 1, number_text(result.density), number_text(result.pruned_accuracy),
                       number_text(result.accuracy), number_text(result.loss));
  }
  return csv;
}

std::string table_of(const train::Course& course) {
  TextTable table({{"step"}, {"density"}, {"accuracy when pruned"}, {"retrained"}, {"loss"}});
  for (std::size_t i = 0; i < course.results.size(); ++i) {
    const train::StageResult& result = course.results[i];
    table.add_row({count_text(static_cast<std::int64_t>(i) + 1), percent_text(result.density),
                   percent_text(result.pruned_accuracy), percent_text(result.accuracy),
                   fmt::format("{:.4f}", result.loss)});
  }
  return table.str();
}

}  // namespace

void retrain(const RetrainOptions& options, std::ostream& out) {
  check(options);
  const pruning::WeightsFile weights(options.prune.weights);
  const PruningChoice choice = pruning_choice(options.prune, weights);
  TrainedNetwork trained(options.network, options.lessons);
  const std::string text = text_of(options, trained, choice);
  const auto write = [&text](const std::filesystem::path& file, const train::Parameters& parameters,
                             const train::Masks& masks, const train::StageResult& result) {
    train::write_parameters(file, parameters, masks, {{"training", text}, {"accuracy", number_text(result.accuracy)}});
  };
  const std::filesystem::path checkpoint = options.prune.output.string() + ".checkpoint";
  const train::Course course = trained.pursue(
      plan_of(options, trained.network(), choice), text, train::read_parameters(weights, trained.network()), checkpoint,
      [&](const train::Course& now) {
        if (options.keep.empty()) return;
        write(options.keep / fmt::format("{}.h5", now.stage), now.good_parameters, now.good_masks, now.results.back());
      });

  if (!options.log.empty()) {
    const std::string csv = csv_of(course);
    pruning::write_atomically(options.log, std::as_bytes(std::span(csv)));
  }
  out << table_of(course);
  if (course.stage == 0) {
    std::filesystem::remove(checkpoint);
    throw pruning::InputError(
        {.file = {}, .key = "--least-accuracy"},
        fmt::format("must be at most {}, which the first step reaches, got {}; nothing is written",
                    number_text(course.results.front().accuracy), number_text(options.least_accuracy)));
  }
  const train::StageResult& result = course.results[static_cast<std::size_t>(course.stage) - 1];
  write(options.prune.output, course.good_parameters, course.good_masks, result);
  std::filesystem::remove(checkpoint);
  out << fmt::format("\n{}: step {} of {}, density {}, accuracy {}{}\n", options.prune.output.filename().string(),
                     course.stage, options.steps, percent_text(result.density), percent_text(result.accuracy),
                     course.stage < options.steps ? "; the next step fell below the least accuracy" : "");
}

}  // namespace sim
