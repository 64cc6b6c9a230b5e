#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace benchmarks {

/// The program, run to its end as users run it.
struct Finished {
  int status = 0;
  double seconds = 0;  ///< from start to end, on the wall clock
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// @param preloaded a library that it loads ahead of its own, if any
/// @throws std::system_error if it cannot be started
Finished run_program(const std::vector<std::string>& arguments, const char* preloaded = nullptr);

/// What a run wrote about itself, `host.json`.
struct HostFigures {
  double seconds = 0;
  double simulation_seconds = 0;
  double peak_memory_bytes = 0;
};
HostFigures read_host_figures(const std::filesystem::path& result_directory);

/// Most memory that this process ever had. The kernel lets it count for a process that is started from here, so a
/// peak below it cannot be told.
double own_peak_memory_bytes();

/// A folder for files of this process, removed with it.
const std::filesystem::path& scratch_directory();

}  // namespace benchmarks
