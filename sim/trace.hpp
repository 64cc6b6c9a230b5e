#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "models/scnn/waveform.hpp"
#include "sim/machine.hpp"

namespace sim {

struct RunFile;

/// A waveform as the command line asks for it: of one PE, while it works on the first pass of a layer's first image.
struct TraceOptions {
  std::filesystem::path file;
  std::string layer{};  ///< empty: the first that is simulated
  std::int64_t pe = 0;
  std::string cycles = "0:10000";  ///< FROM:TO, TO not included
};

/// The same, with everything checked that can be before the layer is simulated.
struct Trace {
  std::filesystem::path file;
  Machine machine = Machine::scnn;  ///< the run's first that the SCNN model runs
  std::string layer{};
  std::size_t pe = 0;
  scnn::CycleWindow window{};
};

/// @param run its network, layers and accelerator
/// @throws pruning::InputError for machines that the SCNN model does not run, a layer that is not simulated, a PE that
/// the array lacks and a window that is none
Trace read_trace(const TraceOptions& options, const RunFile& run);

/// Checks, before any work, that the file can be written and outlives the writing of the result directory.
/// @throws pruning::InputError
void check_trace_file(const Trace& trace, const std::filesystem::path& output);

/// Writes what was recorded of the layer. @throws pruning::InputError, also if the pass ended before the window
void write_trace(const Trace& trace, const scnn::Waveform& waveform, std::int64_t layer_cycles, double clock_ghz);

}  // namespace sim
