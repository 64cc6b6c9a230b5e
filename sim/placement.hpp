#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "workloads/network.hpp"

namespace sim {

/// The activations that an accelerator layer reads or writes.
struct Border {
  enum class Side { input, output };
  std::size_t layer = 0;  ///< position in the network
  Side side = Side::input;
};

/// Whether a layer's activations are small enough to stay in the IARAMs and OARAMs, as far as it is known.
struct LayerFit {
  std::optional<bool> input_can_stay;
  std::optional<bool> output_can_stay;

  [[nodiscard]] const std::optional<bool>& at(Border::Side side) const {
    return side == Border::Side::input ? input_can_stay : output_can_stay;
  }
  [[nodiscard]] bool complete() const { return input_can_stay && output_can_stay; }
};

/// Activations that stay on chip together or not at all: an input does if every layer before left its output there, an
/// output if every layer that reads it takes it from the chip. Pooling, addition and the like happen on the way and
/// move nothing.
struct ActivationGroup {
  std::vector<Border> borders;
  bool crosses_dram = false;  ///< enters or leaves the network, or a layer that stands alone
};

/// The groups of all accelerator layers; each input and each output is in one.
std::vector<ActivationGroup> activation_groups(const workloads::Network& network);

/// What may be done to learn whether something fits.
enum class Effort { none, make_input, evaluate_layer };

/// Whether activations fit on the chip; nothing if that takes more effort. With `evaluate_layer` there is an answer.
using FitQuestion = std::function<std::optional<bool>(const Border&, Effort)>;

/// Whether a group crosses DRAM: if it must, or if any of it does not fit. Asks for the cheap answers first, and for no
/// more than it needs.
bool goes_to_dram(const ActivationGroup& group, const FitQuestion& fits);

}  // namespace sim
