#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/sweep/constraint.hpp"
#include "sim/sweep/sweep_file.hpp"

namespace sim {

/// Which value each dimension of a sweep has at a point.
using Choices = std::vector<std::size_t>;

/// The points of a sweep: all combinations of its dimensions' values, the last dimension fastest, that meet the
/// constraints; or a random sample of them, in the same order. Equal files give equal points, everywhere.
///
/// Names in a constraint are axes, or keys that are the same for all points: of the run file or, of the accelerator,
/// with their default. A word is compared with words: `pruning.granularity == vector`; true is 1 and false 0.
/// @throws pruning::InputError for a constraint with other names, more points than can be handled, or none
std::vector<Choices> points_of(const SweepFile& sweep);

/// Combinations without constraints and sampling. @throws pruning::InputError if they cannot be counted
std::int64_t combinations(const SweepFile& sweep);

}  // namespace sim
