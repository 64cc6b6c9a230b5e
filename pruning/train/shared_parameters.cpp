#include "pruning/train/shared_parameters.hpp"

#include "pruning/fixed_point.hpp"
#include "pruning/weight_sharing.hpp"

namespace train {

Parameters in_bits(const Parameters& parameters, const workloads::Network& network, int bits) {
  Parameters coarse = parameters;
  for (const workloads::Layer& layer : network.layers) {
    if (!layer.on_accelerator()) continue;
    pruning::Tensor<float>& weights = coarse.at(layer.name + ".weight");
    pruning::FixedPointTensor fixed = pruning::quantise(weights);
    if (bits < 16) {
      std::vector<std::int16_t>& values = fixed.tensor.values;
      pruning::share_values(values, pruning::share_weights(values, bits));
    }
    weights = pruning::dequantise(fixed);
  }
  return coarse;
}

}  // namespace train
