#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/grain.hpp"
#include "pruning/train/drawn_shapes.hpp"
#include "pruning/train/learner.hpp"
#include "workloads/network.hpp"

namespace train {

/// The images that a network learns from and is tested with. Every epoch draws new ones: there is nothing to memorise.
struct Lessons {
  Drawing drawing;
  std::uint64_t seed = 1;
  std::int64_t epoch_images = 2000;
  std::int64_t batch = 50;
  std::int64_t test_images = 1000;  ///< always the same for the same drawing
};

/// A part of the training: first pruning, then learning with the mask.
struct Stage {
  /// Share of grains to keep, by layer; a layer that is not named keeps its mask, or all weights.
  std::map<std::string, double> densities;
  std::int64_t epochs = 1;
  double learning_rate = 1e-3;  ///< of the first step; falls evenly to 0 after the last
};

struct Plan {
  Lessons lessons;
  std::string_view purpose;  ///< training or retraining, which have images of their own
  pruning::Granularity granularity = pruning::Granularity::none;
  std::vector<Stage> stages;
  double least_accuracy = 0;  ///< the plan ends with the first stage that is below, whose weights do not count
};

struct StageResult {
  double density = 1;          ///< share of non-zero weights, of all layers
  double pruned_accuracy = 0;  ///< before learning
  double accuracy = 0;         ///< share of test images that are classified right
  double loss = 0;             ///< mean cross entropy in the last epoch
};

/// How far a plan has come: everything that the rest depends on.
struct Course {
  LearnerState learner;
  Masks masks;
  std::vector<StageResult> results;  ///< of stages, the one at work included once it is pruned
  std::int64_t stage = 0;
  std::int64_t epochs = 0;  ///< done, of that stage
  // After the last stage that reached the least accuracy; before any, at the beginning.
  Parameters good_parameters;
  Masks good_masks;
};

/// Called with a course that can be taken up again: after every epoch.
using AfterEpoch = std::function<void(const Course&)>;

/// Where a plan begins.
Course begin(const Parameters& parameters);

/// Goes on with a plan to its end, or until a stage falls below the least accuracy.
/// @param network that `learner` was opened with
void pursue(const Plan& plan, const workloads::Network& network, Learner& learner, Course& course,
            const AfterEpoch& after_epoch);

/// Images that nobody learns from, whatever the seed. @param first, count numbers of the images
LabelledImages test_images(const Lessons& lessons, const workloads::Network& network, std::int64_t first,
                           std::int64_t count);

/// Share of the test images that the learner's network classifies right.
double test_accuracy(const Lessons& lessons, const workloads::Network& network, const Learner& learner);

/// Cuts the grains of one layer down to a density; the weights that go become zero.
void prune_layer(Parameters& parameters, Masks& masks, const std::string& layer, pruning::Granularity granularity,
                 double density);

}  // namespace train
