#pragma once

#include <vector>

#include "workloads/network.hpp"

namespace sim {

/// Whether a layer's tensors are small enough to stay in the IARAMs and OARAMs.
struct LayerFit {
  bool input_can_stay = true;
  bool output_can_stay = true;
};

/// What of a layer crosses DRAM.
struct Placement {
  bool input_from_dram = true;
  bool output_to_dram = true;
};

/// Decides which activations stay on chip: an input does if it fits and every layer before left its output there;
/// an output does if it fits and every layer that reads it takes it from the chip. Pooling,
/// addition and the like happen on the way and move nothing. What enters or leaves the network, or a layer that stands
/// alone, crosses DRAM.
/// @param fits by layer of the network; only those of accelerator layers are read
/// @return by layer of the network; meaningful for accelerator layers
std::vector<Placement> place_activations(const workloads::Network& network, const std::vector<LayerFit>& fits);

}  // namespace sim
