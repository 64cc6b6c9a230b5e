#pragma once

#include "pruning/train/learner.hpp"
#include "workloads/network.hpp"

namespace train {

/// The same network with the weights of every conv and linear layer in few bits: 16 is the fixed point of the
/// accelerator, 1 to 8 are codes of shared values (`pruning::share_weights`) of these. Zeros stay zeros; biases and
/// batch norms stay as they are.
Parameters in_bits(const Parameters& parameters, const workloads::Network& network, int bits);

}  // namespace train
