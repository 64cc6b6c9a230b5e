#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workloads/config_node.hpp"
#include "workloads/network.hpp"
#include "workloads/per_layer.hpp"

namespace sim {

/// Names of the layers that have weights, in order.
std::vector<std::string> weighted_layers(const workloads::Network& network);

/// @throws pruning::InputError if the network has no layer of that name with weights
void require_weighted_layer(const workloads::Network& network, const std::string& name, const pruning::Location& where);

/// A number from 0 to `most` that a run file states layer by layer.
struct LayerQuantity {
  std::string_view column;  ///< of a profile, see sim/layer_profile.hpp
  double most = 1;
};

/// Reads a number for all layers, or a mapping of layers and `default`, which takes what it does not say itself
/// from the profile `file: profile.csv`.
/// @param unsaid where neither says anything
/// @throws pruning::InputError
workloads::PerLayer read_per_layer(const workloads::ConfigNode& node, const workloads::Network& network,
                                   const LayerQuantity& quantity, workloads::PerLayer unsaid = {});

}  // namespace sim
