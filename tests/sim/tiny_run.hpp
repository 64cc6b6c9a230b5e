#pragma once

#include <string>
#include <vector>

#include "sim/results.hpp"
#include "sim/run_file.hpp"

/// Runs of networks small enough for a test, with tensors of their own.
namespace sim::test {

/// A network with a stride, a pool, a branch, groups and a fully connected end, and a machine that it does not quite
/// fit.
std::string tiny_network();
std::string tiny_machine();

/// `weights.h5` for that network and `images.h5` with three images for it and their labels, in the working directory.
void write_tiny_tensors();

/// A run file of the above, complete but for what the test adds.
std::string tiny_run();

/// Reads `text` as the run file `run.yaml` and simulates it.
Results simulated(const std::string& text, const RunOptions& options = {}, std::int64_t jobs = 1);

}  // namespace sim::test
