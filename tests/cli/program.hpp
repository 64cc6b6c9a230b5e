#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

/// Runs the program as a shell would.
namespace cli::test {

struct Finished {
  int status = -1;  ///< exit status; 128 and the signal's number if a signal ended it
  std::string out;
  std::string err;
};

/// Runs `scnn-sim` in the working directory and waits for its end. @throws std::system_error if it cannot be started
Finished scnn_sim(const std::vector<std::string>& arguments);
/// Likewise, but sends it a signal as soon as its standard error holds `text`.
Finished scnn_sim_until(const std::string& text, int signal, const std::vector<std::string>& arguments);
/// Likewise, but kills processes that it starts until its standard error holds `text`.
Finished scnn_sim_with_workers_killed(const std::string& text, const std::vector<std::string>& arguments);
/// Likewise as several ranks, by `mpirun`.
Finished scnn_sim_under_mpi(int ranks, const std::vector<std::string>& arguments);
/// Likewise, by an `mpirun` that lives on without ranks that die; kills one as soon as standard error holds `text`.
Finished scnn_sim_with_rank_killed(int rank, const std::string& text, int ranks,
                                   const std::vector<std::string>& arguments);
/// Likewise, with its standard output going to a device; `out` stays empty.
Finished scnn_sim_into(const std::string& device, const std::vector<std::string>& arguments);

/// What a directory holds: files with their contents, symbolic links with their targets, by path.
std::map<std::string, std::string> contents_of(const std::filesystem::path& directory);

}  // namespace cli::test
