#pragma once

#include <map>
#include <string>

#include "workloads/network.hpp"

namespace workloads {

/// A network as the accelerator sees it: what its post-processing unit or the weights can take over is no layer of its
/// own.
struct FusedNetwork {
  Network network;
  /// Convolution or fully connected layer -> batch normalisation that followed it and that the
  /// caller must fold into its weights (`pruning::fold`).
  std::map<std::string, Layer> folded;
};

/// Removes every `relu` that alone reads a conv, linear, add or batch_norm layer, which then rectifies its own output,
/// and every batch_norm that alone reads a conv or linear layer without a relu. The others stay. What is removed goes
/// by the name of the layer that it became part of.
FusedNetwork fuse(const Network& network);

}  // namespace workloads
