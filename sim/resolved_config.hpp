#pragma once

#include <string>

#include "sim/run_file.hpp"

namespace sim {

/// The complete configuration of a run as a run file: every default, with network, accelerator and energy
/// table in place, units in comments. Tensor files appear as `inputs/<name>` (see `input_files`), the output
/// directory not at all, so the text does not depend on where the run took place. Running it again gives the
/// same results and the same text.
std::string resolved_config(const RunFile& run);

}  // namespace sim
