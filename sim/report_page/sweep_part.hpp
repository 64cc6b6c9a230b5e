#pragma once

#include "sim/report_page/page.hpp"
#include "sim/report_page/sweep_figures.hpp"

namespace sim::report_page {

/// A sweep, from its best points to the table of all.
void add_sweep(Page& page, const SweepFigures& sweep);

/// How every axis changes every objective.
void add_effects(Page& page, Element part, const SweepFigures& sweep);

}  // namespace sim::report_page
