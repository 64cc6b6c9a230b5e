#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/figure_column.hpp"
#include "sim/results.hpp"

namespace sim {

/// What a sweep keeps of a point.
struct PointOutcome {
  std::optional<std::string> reason;  ///< why the point is invalid, which then has no figures
  double host_seconds = 0;            ///< what it took on this host; no result
  std::vector<FigureColumn> totals;   ///< of all layers together: one row
  std::vector<FigureColumn> layers;   ///< one row a layer
};

/// The figures of a run on one machine. Totals are those of the layers but for their mapping, and
/// `energy_delay_product_pj_ns` (or, in the unit of the energy table, `_mac_ns`), `area_mm2`, `images` and
/// `images_correct`.
PointOutcome outcome_of(const Results& results);

/// The same as bytes, on its way from one process to another.
std::string bytes_of(const PointOutcome& outcome);
PointOutcome point_outcome_of(const std::string& bytes);

}  // namespace sim
