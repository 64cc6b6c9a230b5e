#include "pruning/train/training.hpp"

#include <algorithm>

#include "pruning/train/parameters.hpp"

namespace train {

namespace {

/// One epoch of a stage. @return the mean loss
double learn_epoch(const Plan& plan, const workloads::Network& network, Learner& learner, const Course& course) {
  const Lessons& lessons = plan.lessons;
  const Stage& stage = plan.stages[static_cast<std::size_t>(course.stage)];
  const std::int64_t batches = lessons.epoch_images / lessons.batch;
  std::int64_t epochs_before = course.epochs;
  for (std::int64_t s = 0; s < course.stage; ++s) epochs_before += plan.stages[static_cast<std::size_t>(s)].epochs;

  double loss = 0;
  for (std::int64_t b = 0; b < batches; ++b) {
    const auto drawn = draw_shapes(lessons.drawing, lessons.seed, plan.purpose,
                                   (epochs_before * batches + b) * lessons.batch, lessons.batch, network.input);
    const double done = static_cast<double>(course.epochs * batches + b) / static_cast<double>(stage.epochs * batches);
    loss += learner.learn(drawn.images, drawn.labels, stage.learning_rate * (1 - done));
  }
  return loss / static_cast<double>(batches);
}

}  // namespace

Course begin(const Parameters& parameters) {
  Course course;
  course.learner.parameters = parameters;
  course.good_parameters = parameters;
  return course;
}

void prune_layer(Parameters& parameters, Masks& masks, const std::string& layer, pruning::Granularity granularity,
                 double density) {
  pruning::Tensor<float>& weights = parameters.at(layer + ".weight");
  masks[layer] = pruning::select_grains(weights, granularity, density);
  weights = pruning::apply(masks[layer], std::move(weights));
}

LabelledImages test_images(const Lessons& lessons, const workloads::Network& network, std::int64_t first,
                           std::int64_t count) {
  return draw_shapes(lessons.drawing, 0, "test", first, count, network.input);
}

double test_accuracy(const Lessons& lessons, const workloads::Network& network, const Learner& learner) {
  constexpr std::int64_t at_once = 100;
  std::int64_t right = 0;
  for (std::int64_t first = 0; first < lessons.test_images; first += at_once) {
    const auto drawn = test_images(lessons, network, first, std::min(at_once, lessons.test_images - first));
    const std::vector<std::int64_t> classes = learner.classify(drawn.images);
    for (std::size_t i = 0; i < classes.size(); ++i) right += classes[i] == drawn.labels[i] ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(lessons.test_images);
}

void pursue(const Plan& plan, const workloads::Network& network, Learner& learner, Course& course,
            const AfterEpoch& after_epoch) {
  while (course.stage < static_cast<std::int64_t>(plan.stages.size())) {
    const Stage& stage = plan.stages[static_cast<std::size_t>(course.stage)];
    if (course.epochs == 0) {
      for (const auto& [layer, density] : stage.densities) {
        prune_layer(course.learner.parameters, course.masks, layer, plan.granularity, density);
      }
      // What the moments say of the unpruned network does not hold for the pruned one.
      course.learner = {course.learner.parameters, {}, {}, 0};
    }
    learner.set(course.learner, course.masks);
    if (course.epochs == 0) {
      const double accuracy = test_accuracy(plan.lessons, network, learner);
      course.results.push_back({weight_density(network, course.learner.parameters), accuracy, accuracy, 0});
    }
    while (course.epochs < stage.epochs) {
      StageResult& result = course.results.back();
      result.loss = learn_epoch(plan, network, learner, course);
      ++course.epochs;
      result.accuracy = test_accuracy(plan.lessons, network, learner);
      course.learner = learner.state();
      if (course.epochs < stage.epochs) after_epoch(course);
    }
    if (course.results.back().accuracy < plan.least_accuracy) return;
    course.good_parameters = course.learner.parameters;
    course.good_masks = course.masks;
    ++course.stage;
    course.epochs = 0;
    after_epoch(course);
  }
}

}  // namespace train
