#pragma once

#include <set>
#include <string>

#include "tests/support/random_layer.hpp"

namespace fuzz {

struct Verdict {
  std::string disagreement;        ///< what two implementations count or compute differently; empty: nothing
  std::set<std::string> features;  ///< what of the machine the layer exercised, by the judge's account
};

/// Runs a layer through the slow, literal judge, the machine block by block, and the fast machine with every set of
/// instructions, with arithmetic and without; and through a dense convolution.
Verdict compare(const support::RandomLayer& layer);

}  // namespace fuzz
