#pragma once

#include <cstdint>
#include <string>

#include "sim/results.hpp"

namespace sim {

/// A network whose layers run on the machines made for them: sums over both, summed over the images.
struct WholeNetwork {
  double microseconds = 0;  ///< clocks differ, so cycles do not add up
  double energy_pj = 0;
  std::int64_t dram_bytes = 0;
  std::int64_t weights = 0;
  std::int64_t nonzero_weights = 0;
};
WholeNetwork whole_network(const Results& results);

/// Time, energy, DRAM and weights of every layer, every machine and all, with shares of the whole.
std::string whole_network_table(const Results& results);

}  // namespace sim
