#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "models/scnn/scnn.hpp"
#include "sim/layer_evaluator.hpp"
#include "sim/run_file.hpp"

namespace benchmarks {

/// How much of the machine is simulated, and which machine.
struct Mode {
  const char* name;
  bool timing_only;
  std::int64_t bypass_registers;
};
inline constexpr std::array modes{Mode{"timing", true, 0}, Mode{"timing_bypass", true, 1},
                                  Mode{"arithmetic_bypass", false, 1}};

/// Run file of a network whose convolutions are timed.
struct TimedNetwork {
  const char* name;
  const char* run_file;  ///< within the source tree
};
inline constexpr std::array timed_networks{TimedNetwork{"vgg16", "configs/vgg16-scnn.yaml"},
                                           TimedNetwork{"googlenet", "benchmarks/networks/googlenet.yaml"},
                                           TimedNetwork{"resnet50", "benchmarks/networks/resnet50.yaml"},
                                           TimedNetwork{"densenet121", "benchmarks/networks/densenet121.yaml"}};

std::filesystem::path source_path(const char* path);

/// A run of one layer alone: the layer stands by itself, whatever it reads in its network.
sim::RunFile run_of_layer(sim::RunFile run, const std::string& layer);

/// The layer of a run of one layer, ready for the machine with or without arithmetic.
sim::EvaluatedLayer evaluated_layer(const sim::RunFile& run);
/// Likewise, a layer of a network. The last one asked for is kept.
const sim::EvaluatedLayer& evaluated_layer(const TimedNetwork& network, const std::string& layer);

/// Counts of every layer of a network by the detailed datapath, as the text of an expected-counts file. Takes minutes.
std::string detailed_counts(const TimedNetwork& network, std::int64_t bypass_registers);

}  // namespace benchmarks
