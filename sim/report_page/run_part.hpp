#pragma once

#include <vector>

#include "sim/report_page/page.hpp"
#include "sim/report_page/run_figures.hpp"

namespace sim::report_page {

/// One machine of a run, from its summary to its provenance; of a network on several machines first the whole.
void add_run(Page& page, const RunFigures& run);

/// A network whose layers are on several machines, layer by layer.
void add_whole_network(Page& page, const RunFigures& run);

/// Several runs, or machines of one, side by side. @param runs at least one
void add_comparison(Page& page, const std::vector<RunFigures>& runs);

}  // namespace sim::report_page
