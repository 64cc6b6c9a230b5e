#include "workloads/fuse.hpp"

#include <cstddef>
#include <vector>

namespace workloads {

namespace {

bool can_rectify(LayerType type) {
  return type == LayerType::conv || type == LayerType::linear || type == LayerType::add ||
         type == LayerType::batch_norm;
}

}  // namespace

FusedNetwork fuse(const Network& network) {
  FusedNetwork fused;
  fused.network.name = network.name;
  fused.network.input = network.input;
  std::vector<Layer>& kept = fused.network.layers;
  std::vector<int> new_index(network.layers.size());

  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    Layer layer = network.layers[i];
    const int read = layer.inputs.front();
    if (read >= 0 && network.readers(read).size() == 1) {
      const int target = new_index[static_cast<std::size_t>(read)];
      Layer& before = kept[static_cast<std::size_t>(target)];
      const bool takes_relu = layer.type == LayerType::relu && can_rectify(before.type);
      const bool takes_norm = layer.type == LayerType::batch_norm && before.on_accelerator() && !before.relu &&
                              !fused.folded.contains(before.name);
      if (takes_relu || takes_norm) {
        before.relu = takes_relu || layer.relu;
        if (takes_norm) fused.folded.emplace(before.name, layer);
        new_index[i] = target;
        continue;
      }
    }
    for (int& input : layer.inputs) {
      if (input >= 0) input = new_index[static_cast<std::size_t>(input)];
    }
    new_index[i] = static_cast<int>(kept.size());
    kept.push_back(std::move(layer));
  }
  return fused;
}

}  // namespace workloads
