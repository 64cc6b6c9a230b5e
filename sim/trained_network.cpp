#include "sim/trained_network.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "pruning/input_error.hpp"
#include "pruning/train/checkpoint.hpp"
#include "pruning/train/parameters.hpp"
#include "sim/interruption.hpp"
#include "sim/loaded_library.hpp"
#include "sim/network_yaml.hpp"
#include "sim/sha256.hpp"
#include "sim/status_line.hpp"
#include "sim/text.hpp"
#include "workloads/config_node.hpp"

namespace sim {

namespace {

void check_range(const char* option, double value, double least, double most) {
  if (value >= least && value <= most) return;
  throw pruning::InputError({.file = {}, .key = option},
                            fmt::format("must be from {} to {}, got {}", least, most, value));
}

void check(const train::Lessons& lessons) {
  check_range("--noise", lessons.drawing.noise, 0, 1);
  check_range("--contrast", lessons.drawing.contrast, 0, 0.5);
  check_range("--least-size", lessons.drawing.least_size, 0.05, 0.45);
  check_range("--slant", lessons.drawing.slant, 0, 100);
  check_range("--specks", lessons.drawing.specks, 0, 1000);
  check_range("--batch", static_cast<double>(lessons.batch), 1, 10000);
  check_range("--epoch-images", static_cast<double>(lessons.epoch_images), static_cast<double>(lessons.batch), 1e9);
  check_range("--test-images", static_cast<double>(lessons.test_images), 1, 1e9);
}

workloads::Network read(const std::filesystem::path& file) {
  workloads::Network network = workloads::read_network(workloads::ConfigNode::load(file));
  train::check_trainable(network);
  return network;
}

std::unique_ptr<train::Learner> open(const workloads::Network& network) {
  void* open_learner = function_of_library("libscnn_train.so", train::open_learner, "libtorch");
  if (open_learner == nullptr) {
    throw std::runtime_error(
        "this program was built without training; install libtorch-dev and configure with -DSCNN_TRAIN=ON");
  }
  return std::unique_ptr<train::Learner>(reinterpret_cast<train::OpenLearner*>(open_learner)(network));
}

}  // namespace

void check_learning_rate(double learning_rate) {
  if (learning_rate > 0 && learning_rate <= 1) return;
  throw pruning::InputError({.file = {}, .key = "--learning-rate"},
                            fmt::format("must be above 0 and at most 1, got {}", learning_rate));
}

TrainedNetwork::TrainedNetwork(const std::filesystem::path& network_file, const train::Lessons& lessons)
    : network_(read(network_file)), lessons_(lessons) {
  check(lessons_);
  learner_ = open(network_);
}

std::string TrainedNetwork::description(const std::string& more) const {
  const train::Drawing& drawing = lessons_.drawing;
  return fmt::format(
      "network {} {:.12}, seed {}, {} images an epoch in batches of {}, {} test images, noise {}, contrast {}, least "
      "size "
      "{}, slant {}, specks {}{}{}",
      network_.name, sha256_of(network_yaml(network_)), lessons_.seed, lessons_.epoch_images, lessons_.batch,
      lessons_.test_images, number_text(drawing.noise), number_text(drawing.contrast), number_text(drawing.least_size),
      number_text(drawing.slant), drawing.specks, more.empty() ? "" : ", ", more);
}

train::Course TrainedNetwork::pursue(const train::Plan& plan, const std::string& plan_text,
                                     const train::Parameters& first, const std::filesystem::path& checkpoint,
                                     const std::function<void(const train::Course&)>& after_stage) {
  std::optional<train::Course> course = train::load_course(checkpoint, plan_text);
  StatusLine status;
  if (course) status.note(fmt::format("going on from {}", checkpoint.string()));
  if (!course) course = train::begin(first);
  end_on_interrupt("\nscnn-sim: interrupted; the same command goes on from the last epoch\n");
  train::pursue(plan, network_, *learner_, *course, [&](const train::Course& now) {
    const bool done = now.epochs == 0;
    const auto stage = static_cast<std::size_t>(done ? now.stage - 1 : now.stage);
    const train::StageResult& result = now.results.back();
    status.show(fmt::format("stage {} of {}, epoch {} of {}: density {}, loss {:.4f}, accuracy {}", stage + 1,
                            plan.stages.size(), done ? plan.stages[stage].epochs : now.epochs,
                            plan.stages[stage].epochs, percent_text(result.density), result.loss,
                            percent_text(result.accuracy)));
    if (done) after_stage(now);
    train::save_course(checkpoint, plan_text, now);
  });
  return std::move(*course);
}

}  // namespace sim
