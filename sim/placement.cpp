#include "sim/placement.hpp"

#include <set>

namespace sim {

namespace {

using workloads::Layer;
using workloads::Network;

/// Where the activations come from that reach a layer, seen through the layers that happen on the way.
struct Origin {
  std::set<std::size_t> layers;  ///< accelerator layers
  bool outside = false;          ///< also the image, or an input of a layer's own
};

std::vector<Origin> input_origins(const Network& network) {
  std::vector<Origin> inputs(network.layers.size());
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    for (const int source : network.layers[i].inputs) {
      if (source < 0) {
        inputs[i].outside = true;
      } else if (network.layers[static_cast<std::size_t>(source)].on_accelerator()) {
        inputs[i].layers.insert(static_cast<std::size_t>(source));
      } else {
        const Origin& through = inputs[static_cast<std::size_t>(source)];
        inputs[i].layers.insert(through.layers.begin(), through.layers.end());
        inputs[i].outside |= through.outside;
      }
    }
  }
  return inputs;
}

}  // namespace

std::vector<Placement> place_activations(const Network& network, const std::vector<LayerFit>& fits) {
  const std::vector<Origin> inputs = input_origins(network);
  std::vector<Placement> places(network.layers.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    places[i] = {inputs[i].outside || !fits[i].input_can_stay, !fits[i].output_can_stay};
  }
  // What no layer reads leaves the network.
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (!network.readers(static_cast<int>(i)).empty()) continue;
    if (network.layers[i].on_accelerator()) {
      places[i].output_to_dram = true;
    } else {
      for (const std::size_t source : inputs[i].layers) places[source].output_to_dram = true;
    }
  }
  // One tensor in DRAM can force another there; nothing ever comes back, so this ends.
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t i = 0; i < places.size(); ++i) {
      if (!network.layers[i].on_accelerator()) continue;
      for (const std::size_t source : inputs[i].layers) {
        if (places[source].output_to_dram == places[i].input_from_dram) continue;
        places[source].output_to_dram = places[i].input_from_dram = true;
        changed = true;
      }
    }
  }
  return places;
}

}  // namespace sim
