#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/evaluation.hpp"
#include "models/scnn/parameters.hpp"
#include "sim/prepared_network.hpp"
#include "sim/trace.hpp"

namespace sim {

/// What the machine did with one layer and one image, and whether it computed what a dense convolution does.
struct JobResult {
  std::int64_t cycles = 0;
  Mapping mapping;
  std::int64_t weight_placeholders = 0;
  scnn::Counters counters;
  scnn::PeCycles pe_cycles;
  bool bit_exact = false;  ///< meaningful with arithmetic only
};

/// Products that a layer will take, about: every non-zero weight meets the non-zero activations of its channel and
/// phase.
double expected_products(const PreparedLayer& layer);

/// Called as each job ends: its position and result.
using JobProgress = std::function<void(std::size_t, const JobResult&)>;

/// A job of which a waveform is written as it ends.
struct TracedJob {
  std::size_t job = 0;
  Trace trace;
};

/// How the machine is looked at, which changes no result.
struct Observation {
  scnn::Evaluation evaluation = scnn::Evaluation::fast;
  std::optional<TracedJob> traced;  ///< needs the detailed evaluation
};

/// Simulates prepared layers, which are independent of each other, in `jobs` processes (SystemC's kernel is one per
/// process); with one, in this process. Results do not depend on `jobs`.
/// @throws std::runtime_error if a worker dies; pruning::InputError if a waveform cannot be written
std::vector<JobResult> run_jobs(const std::vector<PreparedLayer>& layers, const scnn::Parameters& accelerator,
                                bool timing_only, std::int64_t jobs, const JobProgress& progress,
                                const Observation& observation = {});

}  // namespace sim
