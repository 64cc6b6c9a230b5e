#include "sim/command_line/lessons.hpp"

namespace command_line {

namespace po = boost::program_options;

void add_lesson_options(Usage& usage, bool learning) {
  auto add = usage.options.add_options();
  if (learning) {
    add("seed", po::value<std::uint64_t>()->value_name("N"), "of initial weights and images (default 1)");
    add("epochs", po::value<std::int64_t>()->value_name("N"), "times to go through an epoch's images");
    add("epoch-images", po::value<std::int64_t>()->value_name("N"),
        "images in an epoch, new ones in every (default 2000)");
    add("batch", po::value<std::int64_t>()->value_name("N"), "images in a batch (default 50)");
    add("learning-rate", po::value<double>()->value_name("X"), "of Adam at the beginning; it falls evenly to 0");
  }
  add("test-images", po::value<std::int64_t>()->value_name("N"), "images to test with (default 1000)");
  add("noise", po::value<double>()->value_name("X"), "most noise of a pixel, of full scale (default 0.1)");
  add("contrast", po::value<double>()->value_name("X"), "least difference of shape and background (default 0.3)");
  add("least-size", po::value<double>()->value_name("X"), "least radius of a shape, of the image (default 0.3)");
  add("slant", po::value<double>()->value_name("X"), "tangent of the largest rotation (default 0.5)");
  add("specks", po::value<int>()->value_name("N"), "discs behind and before the shape (default 0)");
}

train::Lessons lessons_of(const Values& values) {
  train::Lessons lessons;
  lessons.seed = value_or(values, "seed", lessons.seed);
  lessons.epoch_images = value_or(values, "epoch-images", lessons.epoch_images);
  lessons.batch = value_or(values, "batch", lessons.batch);
  lessons.test_images = value_or(values, "test-images", lessons.test_images);
  lessons.drawing.noise = value_or(values, "noise", lessons.drawing.noise);
  lessons.drawing.contrast = value_or(values, "contrast", lessons.drawing.contrast);
  lessons.drawing.least_size = value_or(values, "least-size", lessons.drawing.least_size);
  lessons.drawing.slant = value_or(values, "slant", lessons.drawing.slant);
  lessons.drawing.specks = value_or(values, "specks", lessons.drawing.specks);
  return lessons;
}

pruning::Granularity granularity_of(const Values& values) {
  Words granularities;
  for (const auto g : {pruning::Granularity::none, pruning::Granularity::fine, pruning::Granularity::vector,
                       pruning::Granularity::kernel, pruning::Granularity::filter}) {
    granularities.emplace_back(pruning::name_of(g));
  }
  return static_cast<pruning::Granularity>(
      choice_of("--granularity", values["granularity"].as<std::string>(), granularities));
}

}  // namespace command_line
