#pragma once

#include <optional>
#include <vector>

#include "sim/layer_job.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"
#include "workloads/network.hpp"

namespace sim {

/// One layer on one image.
struct LayerJob {
  std::size_t layer = 0;  ///< position in the network
  std::size_t image = 0;  ///< position in the run's list of images
  std::optional<JobResult> result;
  std::vector<ActivationPlaces> places;  ///< by machine
};

/// Results of a run from those of its jobs, with energies and totals.
/// @param jobs all finished, layer by layer, of each layer image by image
Results results_of(const RunFile& run, const workloads::Network& network, const std::vector<LayerJob>& jobs);

/// Up to five classes, the largest value first, of equals the lower class first.
std::vector<int> best_classes(const std::vector<float>& scores);

}  // namespace sim
