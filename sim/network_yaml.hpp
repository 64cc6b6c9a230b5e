#pragma once

#include <string>

#include "workloads/network.hpp"

namespace sim {

/// A network as the mapping of a network file, every default included. A bias that is taken where the weights
/// have one stays unsaid, as the file has no word for it. @param indent blanks in front of every line
std::string network_yaml(const workloads::Network& network, int indent = 0);

}  // namespace sim
