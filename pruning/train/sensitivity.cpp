#include "pruning/train/sensitivity.hpp"

namespace train {

std::vector<Sensitivity> sensitivities(const Lessons& lessons, const workloads::Network& network, Learner& learner,
                                       const Parameters& parameters, pruning::Granularity granularity, double loss,
                                       const std::function<void(const Sensitivity&)>& after_layer) {
  const auto accuracy_of = [&](const Parameters& candidate) {
    learner.set({candidate, {}, {}, 0}, {});
    return test_accuracy(lessons, network, learner);
  };
  const double unpruned = accuracy_of(parameters);
  std::vector<Sensitivity> found;
  for (const workloads::Layer& layer : network.layers) {
    if (!layer.on_accelerator()) continue;
    Sensitivity sensitivity{layer.name, 1, unpruned};
    for (int tenths = 9; tenths > 0; --tenths) {
      Parameters candidate = parameters;
      Masks masks;
      prune_layer(candidate, masks, layer.name, granularity, tenths / 10.0);
      const double accuracy = accuracy_of(candidate);
      if (accuracy < unpruned - loss) break;
      sensitivity.density = tenths / 10.0;
      sensitivity.accuracy = accuracy;
    }
    after_layer(sensitivity);
    found.push_back(sensitivity);
  }
  return found;
}

}  // namespace train
