#pragma once

#include <functional>
#include <string>
#include <vector>

#include "pruning/train/training.hpp"

namespace train {

/// How far one layer alone can be pruned without retraining.
struct Sensitivity {
  std::string layer;
  double density = 1;   ///< the least of 1.0, 0.9, ..., 0.1 down to which no step loses more than allowed
  double accuracy = 0;  ///< there
};

/// Prunes every conv and linear layer alone, a tenth of its grains at a time. @param loss of accuracy that is allowed,
/// a share
std::vector<Sensitivity> sensitivities(const Lessons& lessons, const workloads::Network& network, Learner& learner,
                                       const Parameters& parameters, pruning::Granularity granularity, double loss,
                                       const std::function<void(const Sensitivity&)>& after_layer);

}  // namespace train
