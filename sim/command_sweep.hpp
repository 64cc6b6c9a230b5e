#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <ostream>
#include <vector>

#include "sim/sweep/ranks.hpp"

namespace sim {

/// Part `index` of `count`, from 1.
struct Shard {
  std::int64_t index = 1;
  std::int64_t count = 1;
};

struct SweepCommand {
  std::filesystem::path file;
  std::optional<std::filesystem::path> output;  ///< database; default out/<name of the file>[-<i>-of-<n>].db
  std::int64_t jobs = 1;
  Shard shard;
  Ranks* ranks = nullptr;  ///< others that simulate for this process, rank 0; nullptr: there are none
};

/// Simulates the points of a sweep file, or of one shard of it, that are not in the database yet, and adds them. A
/// sweep that was interrupted, however, goes on when the same command is given again.
/// @return whether every point is in the database now
/// @throws pruning::InputError before anything is written; std::runtime_error if the machine computed something wrong
bool sweep(const SweepCommand& command, std::ostream& out);

/// Prints the points of a sweep and how long they would take, reckoned from a few that it simulates.
void sweep_dry_run(const SweepCommand& command, std::ostream& out);

/// Puts the points of databases of one sweep into a new one.
void merge_sweeps(const std::vector<std::filesystem::path>& databases, const std::filesystem::path& output,
                  std::ostream& out);

}  // namespace sim
