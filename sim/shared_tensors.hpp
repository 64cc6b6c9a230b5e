#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "sim/layer_evaluator.hpp"
#include "sim/run_file.hpp"

namespace sim {

/// The layers of a network, evaluated once for all runs that differ in nothing but the machine: its timing, its
/// memories and what they cost. They stay in memory for as long as this lives.
class SharedTensors {
 public:
  /// @param run any of the runs
  explicit SharedTensors(const RunFile& run) : run_(run), evaluator_(run_) {}
  SharedTensors(const SharedTensors&) = delete;
  SharedTensors& operator=(const SharedTensors&) = delete;

  [[nodiscard]] LayerEvaluator& evaluator() { return evaluator_; }
  /// @param input asked for only if the layer was not evaluated on that image before
  std::shared_ptr<const EvaluatedLayer> evaluate(std::size_t layer, std::size_t image,
                                                 const std::function<pruning::Tensor<float>()>& input);

 private:
  RunFile run_;
  LayerEvaluator evaluator_;
  std::map<std::pair<std::size_t, std::size_t>, std::shared_ptr<const EvaluatedLayer>> layers_;  ///< by layer and image
};

/// A name for all that the layers' values depend on: runs share tensors if and only if it is the same.
/// @return a hash
std::string tensors_of(const RunFile& run);

}  // namespace sim
