#include "sim/placement.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <stdexcept>

namespace sim {

namespace {

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

/// Disjoint sets of numbers, each known by one of its members.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[find(a)] = find(b); }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

std::vector<ActivationGroup> activation_groups(const Network& network) {
  const std::vector<Origin> inputs = input_origins(network);
  const std::size_t count = network.layers.size();
  // Layer i has its input at i and its output at count + i.
  DisjointSets sets(2 * count);
  std::vector<bool> crosses(2 * count, false);
  for (std::size_t i = 0; i < count; ++i) {
    const bool on_accelerator = network.layers[i].on_accelerator();
    const bool last = network.readers(static_cast<int>(i)).empty();
    if (on_accelerator) {
      crosses[i] = inputs[i].outside;
      crosses[count + i] = last;
    }
    for (const std::size_t source : inputs[i].layers) {
      if (on_accelerator) sets.join(i, count + source);
      if (!on_accelerator && last) crosses[count + source] = true;
    }
  }

  std::vector<ActivationGroup> by_set(2 * count);
  for (std::size_t i = 0; i < 2 * count; ++i) {
    const std::size_t layer = i % count;
    if (!network.layers[layer].on_accelerator()) continue;
    ActivationGroup& group = by_set[sets.find(i)];
    group.borders.push_back({layer, i < count ? Border::Side::input : Border::Side::output, crosses[i]});
  }
  std::erase_if(by_set, [](const ActivationGroup& group) { return group.borders.empty(); });
  return by_set;
}

std::optional<Border> cause_of_traffic(const ActivationGroup& group, const FitQuestion& fits) {
  for (const Border& border : group.borders) {
    if (border.outside) return border;
  }
  for (const Effort effort : {Effort::none, Effort::make_input, Effort::evaluate_layer}) {
    bool all_fit = true;
    for (const Border& border : group.borders) {
      const std::optional<bool> fit = fits(border, effort);
      if (fit == false) return border;
      all_fit = all_fit && fit.has_value();
    }
    if (all_fit) return std::nullopt;
  }
  throw std::logic_error("no effort tells whether a layer's activations fit on the chip");
}

std::string reason_of_traffic(const Network& network, const Border& border, const Border& cause,
                              std::optional<bool> fits) {
  const auto side = [](const Border& b) { return b.side == Border::Side::input ? "input" : "output"; };
  if (border.outside) {
    const bool alone = network.layers[border.layer].inputs.front() == workloads::Layer::stands_alone;
    return (alone && border.side == Border::Side::input ? "layer's own " : "network ") + std::string(side(border));
  }
  if (fits == false || border == cause) return "does not fit";
  return std::string(side(cause)) + " of " + network.layers[cause.layer].name +
         (cause.outside ? " crosses" : " does not fit");
}

}  // namespace sim
