#pragma once

#include <cstdint>
#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "sim/run_file.hpp"
#include "sim/simulation.hpp"

namespace sim {

struct RunCommand {
  std::filesystem::path file;
  RunOptions options;
  std::int64_t jobs = 1;
  bool overwrite = false;  ///< replace the directory of an earlier run
};

/// Simulates a run file, writes the result directory and then prints the tables. If it is interrupted, the same command
/// goes on from the layers that were finished; from the writing of the results on it cannot be.
/// @return whether every check held; results are written all the same
/// @throws pruning::InputError before anything is written
bool run(const RunCommand& command, const ProgressListener& listener, std::ostream& out);

}  // namespace sim
