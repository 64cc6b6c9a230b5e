#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "pruning/train/learner.hpp"
#include "pruning/weights_file.hpp"
#include "workloads/network.hpp"

namespace train {

/// Checks that a network can learn to tell the classes of shapes: no lrn, one input of 1 to 3 channels, and as many
/// outputs as classes, which no relu follows.
/// @throws pruning::InputError
void check_trainable(const workloads::Network& network);

/// Random weights of variance 2 / inputs (He et al., 2015), biases of zero, batch norms that change nothing.
Parameters initial_parameters(const workloads::Network& network, std::uint64_t seed);

/// What a weights file of any layout holds for the network's layers. A missing bias is zero unless the network has
/// none.
/// @throws pruning::InputError
Parameters read_parameters(const pruning::WeightsFile& file, const workloads::Network& network);

/// Writes a PyTorch weights file, with masks as `pruning::write_pruned` does. It appears only when complete.
/// @param attributes of the file: how it came about
void write_parameters(const std::filesystem::path& path, const Parameters& parameters, const Masks& masks,
                      const std::map<std::string, std::string>& attributes);

/// The mask as a tensor of 0 and 1 in the shape of the weights.
pruning::Tensor<std::uint8_t> mask_tensor(const pruning::Mask& mask, const pruning::Shape& weights);

/// Share of the weights of conv and linear layers that are not zero.
double weight_density(const workloads::Network& network, const Parameters& parameters);

}  // namespace train
