#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pruning/tensor.hpp"
#include "sim/run_file.hpp"
#include "workloads/activations_file.hpp"
#include "workloads/network.hpp"

namespace sim {

/// Where the activations of a run come from: a file, or a generator. A layer that has no input here reads what the
/// layers before it put out.
class ActivationSource {
 public:
  /// Opens the file and checks shapes, images, and that every accelerator layer that reads nothing in the network has
  /// an input. @throws pruning::InputError
  ActivationSource(const RunFile& run, const workloads::Network& network);

  /// Images of the run; members below count them from 0 in the run's order.
  [[nodiscard]] std::size_t images() const;
  [[nodiscard]] bool has_input(const workloads::Layer& layer) const;
  /// (C, H, W)
  [[nodiscard]] pruning::Tensor<float> input(const workloads::Layer& layer, std::size_t image) const;
  /// (K, P, Q), with bias, before ReLU, as the file records it; nothing if it does not.
  [[nodiscard]] std::optional<pruning::Tensor<float>> output(const workloads::Layer& layer, std::size_t image) const;

  /// Whether everything from the image to the end of the network is computed, which alone says anything about what
  /// the network recognises.
  [[nodiscard]] bool carries_images_through() const;
  /// Right class of each image; nothing if the file has none.
  [[nodiscard]] std::optional<std::vector<int>> labels() const;

  /// @throws pruning::InputError if the layer reads nothing in the network and has no input here either
  void require_input(const workloads::Layer& layer) const;

 private:
  [[nodiscard]] std::int64_t number(std::size_t image) const;

  const RunFile& run_;
  const workloads::Network& network_;
  std::optional<workloads::ActivationsFile> file_;
};

}  // namespace sim
