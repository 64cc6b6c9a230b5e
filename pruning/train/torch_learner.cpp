// A library of its own, the only one that knows libtorch.

#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/cross_entropy_loss.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "pruning/train/learner.hpp"

namespace {

using pruning::Tensor;
using workloads::Layer;
using workloads::LayerType;

at::Tensor to_torch(const Tensor<float>& tensor) {
  // The copy is only read.
  return at::from_blob(const_cast<float*>(tensor.values.data()), tensor.shape, at::kFloat).clone();
}

at::Tensor to_torch(std::span<const std::int64_t> values) {
  return at::from_blob(const_cast<std::int64_t*>(values.data()), {static_cast<std::int64_t>(values.size())}, at::kLong)
      .clone();
}

Tensor<float> from_torch(const at::Tensor& tensor) {
  const at::Tensor values = tensor.detach().contiguous();
  const auto* begin = values.data_ptr<float>();
  return {values.sizes().vec(), std::vector<float>(begin, begin + values.numel())};
}

std::vector<std::int64_t> pair(const pruning::RowsColumns& numbers) {
  return {numbers.rows, numbers.columns};
}

class TorchLearner final : public train::Learner {
 public:
  explicit TorchLearner(const workloads::Network& network) : network_(network) { at::set_num_threads(1); }

  void set(const train::LearnerState& state, const train::Masks& masks) override {
    learned_.clear();
    statistics_.clear();
    steps_ = state.steps;
    for (const auto& [name, values] : state.parameters) {
      at::Tensor tensor = to_torch(values);
      if (name.find(".running_") != std::string::npos) {
        statistics_[name] = tensor;
        continue;
      }
      const auto moment = [&, &name = name](const train::Parameters& moments) {
        const auto found = moments.find(name);
        return found == moments.end() ? at::zeros_like(tensor) : to_torch(found->second);
      };
      Learned learned{tensor, moment(state.first_moments), moment(state.second_moments), {}};
      if (name.ends_with(".weight")) {
        const auto mask = masks.find(name.substr(0, name.size() - 7));
        if (mask != masks.end()) {
          Tensor<float> kept(values.shape);
          for (std::int64_t i = 0; i < kept.size(); ++i)
            kept.values[static_cast<std::size_t>(i)] = mask->second.keeps(i);
          learned.mask = to_torch(kept);
          learned.value.mul_(learned.mask);
        }
      }
      learned.value.set_requires_grad(true);
      learned_.emplace(name, std::move(learned));
    }
  }

  [[nodiscard]] train::LearnerState state() const override {
    train::LearnerState state;
    state.steps = steps_;
    for (const auto& [name, learned] : learned_) {
      state.parameters[name] = from_torch(learned.value);
      state.first_moments[name] = from_torch(learned.first);
      state.second_moments[name] = from_torch(learned.second);
    }
    for (const auto& [name, tensor] : statistics_) state.parameters[name] = from_torch(tensor);
    return state;
  }

  double learn(const Tensor<float>& images, std::span<const std::int64_t> labels, double learning_rate) override {
    const at::Tensor loss = at::cross_entropy_loss(outputs(images, true), to_torch(labels));
    loss.backward();
    const at::NoGradGuard no_gradients;
    ++steps_;
    constexpr double first_decay = 0.9;
    constexpr double second_decay = 0.999;
    constexpr double epsilon = 1e-8;
    const double first_bias = 1 - std::pow(first_decay, static_cast<double>(steps_));
    const double second_bias = 1 - std::pow(second_decay, static_cast<double>(steps_));
    for (auto& [name, learned] : learned_) {
      at::Tensor gradient = learned.value.grad();
      if (!gradient.defined()) continue;
      if (learned.mask.defined()) gradient = gradient.mul(learned.mask);
      learned.first.mul_(first_decay).add_(gradient, 1 - first_decay);
      learned.second.mul_(second_decay).addcmul_(gradient, gradient, 1 - second_decay);
      const at::Tensor scale = learned.second.div(second_bias).sqrt_().add_(epsilon);
      learned.value.addcdiv_(learned.first, scale, -learning_rate / first_bias);
      learned.value.mutable_grad() = at::Tensor();
    }
    return loss.item<double>();
  }

  [[nodiscard]] std::vector<std::int64_t> classify(const Tensor<float>& images) const override {
    const at::NoGradGuard no_gradients;
    const at::Tensor classes = outputs(images, false).argmax(1).contiguous();
    const auto* begin = classes.data_ptr<std::int64_t>();
    return {begin, begin + classes.numel()};
  }

 private:
  /// A tensor that steps change; with a mask, removed weights, their gradients and moments are zero.
  struct Learned {
    at::Tensor value;
    at::Tensor first;
    at::Tensor second;
    at::Tensor mask;
  };

  [[nodiscard]] at::Tensor parameter(const std::string& name) const {
    if (const auto learned = learned_.find(name); learned != learned_.end()) return learned->second.value;
    const auto statistics = statistics_.find(name);
    return statistics == statistics_.end() ? at::Tensor() : statistics->second;
  }

  /// Logits, (N, classes).
  [[nodiscard]] at::Tensor outputs(const Tensor<float>& images, bool training) const {
    // Pixel by pixel: libtorch's convolutions and pools are faster so.
    const at::Tensor first = to_torch(images).contiguous(at::MemoryFormat::ChannelsLast);
    std::vector<at::Tensor> results;
    for (const Layer& layer : network_.layers) {
      std::vector<at::Tensor> inputs;
      for (const int input : layer.inputs) {
        inputs.push_back(input < 0 ? first : results[static_cast<std::size_t>(input)]);
      }
      at::Tensor result = output(layer, inputs, training);
      if (layer.relu) result = at::relu(result);
      results.push_back(std::move(result));
    }
    return results.back().flatten(1);
  }

  [[nodiscard]] at::Tensor output(const Layer& layer, const std::vector<at::Tensor>& inputs, bool training) const {
    const at::Tensor& input = inputs.front();
    const auto own = [&](const char* name) { return parameter(layer.name + name); };
    const workloads::Pooling& pooling = layer.pooling;
    switch (layer.type) {
      case LayerType::conv: {
        const pruning::ConvolutionShape& shape = layer.convolution;
        return at::conv2d(input, own(".weight"), own(".bias"), pair(shape.stride), pair(shape.padding),
                          pair(shape.dilation), shape.groups);
      }
      case LayerType::linear:
        return at::linear(input.flatten(1), own(".weight"), own(".bias"));
      case LayerType::max_pool:
        return at::max_pool2d(input, pair(pooling.kernel), pair(pooling.stride), pair(pooling.padding), {1, 1},
                              pooling.ceil_mode);
      case LayerType::average_pool:
        return at::avg_pool2d(input, pair(pooling.kernel), pair(pooling.stride), pair(pooling.padding),
                              pooling.ceil_mode, pooling.count_padding);
      case LayerType::global_average_pool:
        return at::adaptive_avg_pool2d(input, {1, 1});
      case LayerType::relu:
        return at::relu(input);
      case LayerType::concat:
        return at::cat(inputs, 1);
      case LayerType::add: {
        at::Tensor sum = input;
        for (std::size_t i = 1; i < inputs.size(); ++i) sum = sum.add(inputs[i]);
        return sum;
      }
      case LayerType::batch_norm:
        return at::batch_norm(input, own(".weight"), own(".bias"), own(".running_mean"), own(".running_var"), training,
                              0.1, layer.epsilon, false);
      case LayerType::lrn:
        break;
    }
    throw std::invalid_argument(layer.name + ": layers of this type do not learn");
  }

  const workloads::Network& network_;
  std::map<std::string, Learned> learned_;
  std::map<std::string, at::Tensor> statistics_;  ///< of batch norm
  std::int64_t steps_ = 0;
};

}  // namespace

extern "C" train::Learner* scnn_open_learner(const workloads::Network& network) {
  return new TorchLearner(network);
}
