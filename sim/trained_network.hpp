#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "pruning/train/training.hpp"
#include "workloads/network.hpp"

namespace sim {

/// @throws pruning::InputError unless `--learning-rate` is above 0 and at most 1
void check_learning_rate(double learning_rate);

/// What the commands that train or test a network have in common: the network, what it learns from, and the library
/// that it learns with.
class TrainedNetwork {
 public:
  /// @throws pruning::InputError if the network or the lessons are no good; std::runtime_error if the program was built
  ///         without training
  TrainedNetwork(const std::filesystem::path& network_file, const train::Lessons& lessons);

  TrainedNetwork(const TrainedNetwork&) = delete;
  TrainedNetwork& operator=(const TrainedNetwork&) = delete;

  [[nodiscard]] const workloads::Network& network() const { return network_; }
  [[nodiscard]] const train::Lessons& lessons() const { return lessons_; }
  [[nodiscard]] train::Learner& learner() { return *learner_; }

  /// Network, lessons and seed on one line. @param more of the plan, behind
  [[nodiscard]] std::string description(const std::string& more) const;

  /// Carries out a plan, or goes on with it, and says on standard error how far it is. After every epoch the course is
  /// kept in `checkpoint`; the caller removes it when the result is safe.
  /// @param plan_text all that the course depends on
  /// @param after_stage called with the course when a stage has reached the least accuracy
  train::Course pursue(const train::Plan& plan, const std::string& plan_text, const train::Parameters& first,
                       const std::filesystem::path& checkpoint,
                       const std::function<void(const train::Course&)>& after_stage);

 private:
  workloads::Network network_;
  train::Lessons lessons_;
  std::unique_ptr<train::Learner> learner_;
};

}  // namespace sim
