#include "sim/command_train.hpp"

#include <fmt/format.h>

#include <ostream>

#include "pruning/atomic_file.hpp"
#include "pruning/hdf5_writer.hpp"
#include "pruning/input_error.hpp"
#include "pruning/train/parameters.hpp"
#include "sim/text.hpp"
#include "sim/trained_network.hpp"

namespace sim {

namespace {

/// Writes the first test images and their classes as an activations file.
void write_images(const std::filesystem::path& path, const TrainedNetwork& trained) {
  constexpr std::int64_t count = 16;
  const auto drawn = train::test_images(trained.lessons(), trained.network(), 0, count);
  pruning::Hdf5Writer writer(path);
  for (const workloads::Layer& layer : trained.network().layers) {
    if (layer.inputs.front() == workloads::Layer::network_input) writer.write(layer.name + "/input", drawn.images);
  }
  writer.write<std::int64_t>("labels", {count}, drawn.labels);
  writer.save();
}

}  // namespace

void train_network(const TrainOptions& options, std::ostream& out) {
  if (options.epochs < 1) {
    throw pruning::InputError({.file = {}, .key = "--epochs"},
                              fmt::format("must be at least 1, got {}", options.epochs));
  }
  check_learning_rate(options.learning_rate);
  pruning::check_writable(options.output);
  if (!options.images.empty()) pruning::check_writable(options.images);
  TrainedNetwork trained(options.network, options.lessons);
  if (!options.images.empty()) write_images(options.images, trained);

  train::Plan plan;
  plan.lessons = options.lessons;
  plan.purpose = "training";
  plan.stages = {{{}, options.epochs, options.learning_rate}};
  const std::string text = trained.description(
      fmt::format("{} epochs, learning rate {}", options.epochs, number_text(options.learning_rate)));
  const std::filesystem::path checkpoint = options.output.string() + ".checkpoint";
  const train::Course course =
      trained.pursue(plan, text, train::initial_parameters(trained.network(), options.lessons.seed), checkpoint,
                     [](const train::Course&) {});

  const train::StageResult& result = course.results.back();
  train::write_parameters(options.output, course.good_parameters, {},
                          {{"training", text}, {"accuracy", number_text(result.accuracy)}});
  std::filesystem::remove(checkpoint);
  out << fmt::format(
      "{}: {} of {} test images right ({}), mean loss {:.4f} in the last epoch\n", options.output.filename().string(),
      static_cast<std::int64_t>(result.accuracy * static_cast<double>(options.lessons.test_images) + 0.5),
      options.lessons.test_images, percent_text(result.accuracy), result.loss);
}

}  // namespace sim
