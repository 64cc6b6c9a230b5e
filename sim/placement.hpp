#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "workloads/network.hpp"

namespace sim {

/// The activations that an accelerator layer reads or writes.
struct Border {
  enum class Side { input, output };
  std::size_t layer = 0;  ///< position in the network
  Side side = Side::input;
  bool outside = false;  ///< they come from or go to the outside: of the network, or of a layer that stands alone

  bool operator==(const Border&) const = default;
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
};

/// The groups of all accelerator layers; each input and each output is in one.
std::vector<ActivationGroup> activation_groups(const workloads::Network& network);

/// What may be done to learn whether something fits.
enum class Effort { none, make_input, evaluate_layer };

/// Whether activations fit on the chip; nothing if that takes more effort. With `evaluate_layer` there is an answer.
using FitQuestion = std::function<std::optional<bool>(const Border&, Effort)>;

/// What of a group has all of it cross DRAM, because it must or does not fit; nothing if it stays on chip. Asks for the
/// cheap answers first, and for no more than it needs.
std::optional<Border> cause_of_traffic(const ActivationGroup& group, const FitQuestion& fits);

/// Why activations cross DRAM, in a few words: `network input`, `does not fit`, or what becomes of others of their
/// group: `output of conv1 does not fit`.
/// @param cause of its group @param fits whether the border's own activations fit, as far as it is known
std::string reason_of_traffic(const workloads::Network& network, const Border& border, const Border& cause,
                              std::optional<bool> fits);

}  // namespace sim
