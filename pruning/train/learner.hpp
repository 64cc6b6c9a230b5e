#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "pruning/grain.hpp"
#include "pruning/tensor.hpp"
#include "workloads/network.hpp"

namespace train {

/// Tensors of a network by the names of a PyTorch `state_dict`: `<layer>.weight`, `<layer>.bias`, for batch norm also
/// `<layer>.running_mean` and `<layer>.running_var`.
using Parameters = std::map<std::string, pruning::Tensor<float>>;

/// Masks of pruned layers by their names; removed weights are zero and stay so.
using Masks = std::map<std::string, pruning::Mask>;

/// Everything that the next step depends on, but the images.
struct LearnerState {
  Parameters parameters;
  Parameters first_moments;  ///< running means of the gradients, of what is learned
  Parameters second_moments;
  std::int64_t steps = 0;  ///< since the moments were zero
};

/// A network that learns from labelled images, step by step, on one thread: the same steps give the same bits on the
/// same machine.
class Learner {
 public:
  virtual ~Learner() = default;

  /// @param state parameters alone (the moments begin with zero) or all of it
  /// @param masks hold from now on
  virtual void set(const LearnerState& state, const Masks& masks) = 0;
  [[nodiscard]] virtual LearnerState state() const = 0;

  /// One step of Adam (Kingma and Ba, 2015) on the cross entropy of a batch.
  /// @param images (N, C, H, W). @return the mean loss before the step
  virtual double learn(const pruning::Tensor<float>& images, std::span<const std::int64_t> labels,
                       double learning_rate) = 0;

  /// The class of every image, which is the largest of the last layer's outputs.
  [[nodiscard]] virtual std::vector<std::int64_t> classify(const pruning::Tensor<float>& images) const = 0;
};

/// What the library of torch_learner.cpp gives, which is loaded only where it is needed: to load libtorch takes ten
/// times as long as to start the program. @param network without lrn; must live as long as the learner
using OpenLearner = Learner*(const workloads::Network& network);
inline constexpr const char* open_learner = "scnn_open_learner";

}  // namespace train
