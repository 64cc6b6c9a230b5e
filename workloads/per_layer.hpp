#pragma once

#include <map>
#include <string>

namespace workloads {

/// A number that may differ from layer to layer.
struct PerLayer {
  double otherwise = 0;                    ///< for the layers that `by_layer` does not name
  std::map<std::string, double> by_layer;  ///< by the layer's name

  [[nodiscard]] double of(const std::string& layer) const {
    const auto own = by_layer.find(layer);
    return own == by_layer.end() ? otherwise : own->second;
  }
  bool operator==(const PerLayer&) const = default;
};

}  // namespace workloads
