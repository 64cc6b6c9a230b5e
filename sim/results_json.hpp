#pragma once

#include <string>
#include <string_view>

#include "sim/results.hpp"

namespace sim {

/// Names the layout of results.json and results.h5.
inline constexpr std::string_view results_schema = "scnn-sim/results/1";

/// results.json: everything. `layers` lists machine by machine; `totals` is that of the machine or, if there are
/// several, one for each machine's name. Absent values are null; energies are in the unit of `energy_table.unit`.
std::string results_json(const Results& results);

/// host.json: what the run took on this host.
std::string host_json(const HostFigures& figures);

}  // namespace sim
