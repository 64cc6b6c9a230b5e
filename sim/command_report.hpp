#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace sim {

struct ReportCommand {
  std::vector<std::filesystem::path> sources;    ///< directories of runs and databases of sweeps
  std::filesystem::path output;                  ///< the page
  std::optional<std::filesystem::path> figures;  ///< directory for the figures as files of their own
};

/// Writes a page of HTML, complete in one file, about runs and sweeps: the comparison of runs, if there are several,
/// then each of them, then the sweeps. The bytes depend on the results alone.
/// @throws pruning::InputError for what is neither; std::runtime_error if figures cannot be drawn
void report(const ReportCommand& command);

}  // namespace sim
