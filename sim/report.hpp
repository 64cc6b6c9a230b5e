#pragma once

#include <string>

#include "sim/results.hpp"

namespace sim {

/// The results as the terminal shows them: machine by machine, per layer and in total, short titled tables of at most
/// 120 columns for layer names of usual length.
std::string report(const Results& results);

}  // namespace sim
