#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/results.hpp"
#include "sim/run_file.hpp"

namespace sim {

/// How far a run is, for whoever shows it.
struct Progress {
  enum class Stage { preparing, simulating };
  Stage stage = Stage::preparing;
  std::size_t step = 0;  ///< layers (and images) finished
  std::size_t steps = 0;
  std::string layer;          ///< about to be prepared, or just simulated
  std::int64_t cycles = 0;    ///< simulated so far
  std::int64_t products = 0;  ///< likewise
  double share = 0;           ///< of the simulation's expected work that is done, 0 to 1
};
using ProgressListener = std::function<void(const Progress&)>;

/// Simulates a run: every layer, cycle by cycle, with its energy, checked and added up. Provenance is left to the
/// caller but for the seeds.
/// @param jobs processes to use
/// @throws pruning::InputError before any layer is simulated
Results simulate(const RunFile& run, std::int64_t jobs, const ProgressListener& listener);

}  // namespace sim
