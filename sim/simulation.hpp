#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sim/job_journal.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"
#include "sim/shared_tensors.hpp"

namespace sim {

/// How far a run is, for whoever shows it.
struct Progress {
  std::size_t finished = 0;  ///< layers, each once for every image
  std::size_t taken_up = 0;  ///< of these, finished before an interruption
  std::size_t all = 0;
  std::string layer;           ///< just finished; empty at the start
  std::string other_journal;   ///< a file that is not taken up because it is of another run; empty: there is none
  std::int64_t cycles = 0;     ///< simulated so far
  std::int64_t products = 0;   ///< likewise
  double share = 0;            ///< of the run's expected work that is done, 0 to 1
  double machine_seconds = 0;  ///< that simulating the machine took so far, summed over processes
};
using ProgressListener = std::function<void(const Progress&)>;

/// Simulates a run: every layer, cycle by cycle, with its energy, checked and added up. Provenance is left to the
/// caller but for the seeds. A layer on an image is a job: it is evaluated, simulated and compared, and its tensors are
/// freed. Jobs whose inputs are known beforehand are independent; where layers read what those before them put out,
/// this process carries the images forward. Layers that are not simulated are evaluated only if that needs it.
/// @param processes to use; results do not depend on it
/// @param listener called at the start and as each job ends
/// @param journal keeps what is finished; nullptr: nothing does
/// @throws pruning::InputError; as far as it can be told without reading tensors, before any layer is simulated
Results simulate(const RunFile& run, std::int64_t processes, const ProgressListener& listener,
                 JobJournal* journal = nullptr);

/// Likewise in this process alone, with tensors that it shares with other runs.
Results simulate(const RunFile& run, SharedTensors& tensors);

/// Evaluates those of the tensors that simulating the run takes, and simulates nothing.
void evaluate(const RunFile& run, SharedTensors& tensors);

}  // namespace sim
