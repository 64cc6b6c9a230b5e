#pragma once

#include "models/eie/parameters.hpp"
#include "models/scnn/parameters.hpp"

namespace sim {

/// Parameters of all machines: SCNN's, from which the dense machines take theirs, and EIE's. Two are equal if SCNN's
/// are.
struct Accelerator : scnn::Parameters {
  eie::Parameters eie;
};

}  // namespace sim
