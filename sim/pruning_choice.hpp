#pragma once

#include <map>
#include <set>
#include <string>

#include "pruning/grain.hpp"

namespace sim {

/// How the layers of a run are pruned, and the widths in which the storage of the result is reckoned.
struct PruningChoice {
  pruning::Granularity granularity = pruning::Granularity::none;
  double density = 1;                       ///< share of grains kept in layers that `densities` does not name
  std::map<std::string, double> densities;  ///< by layer
  std::set<std::string> exempt;             ///< layers that keep every weight
  int weight_bits = 8;                      ///< of a stored weight
  int index_bits = 4;                       ///< of a stored grain's index

  /// `none` for an exempt layer.
  [[nodiscard]] pruning::Granularity granularity_of(const std::string& layer) const {
    return exempt.contains(layer) ? pruning::Granularity::none : granularity;
  }
  [[nodiscard]] double density_of(const std::string& layer) const {
    const auto named = densities.find(layer);
    return named == densities.end() ? density : named->second;
  }
  bool operator==(const PruningChoice&) const = default;
};

}  // namespace sim
