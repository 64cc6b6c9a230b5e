#pragma once

#include <string>

#include "sim/results.hpp"

namespace sim {

/// action_counts.yaml: how often each component of the whole run acted, in Accelergy's format.
std::string accelergy_action_counts(const Results& results);

/// ERT.yaml: the energy of each of those actions at the width that it has in this machine, so that counts times
/// energies are the energies of results.json; where each comes from stands in a comment.
std::string accelergy_energy_reference_table(const Results& results);

}  // namespace sim
