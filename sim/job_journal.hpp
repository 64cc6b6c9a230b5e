#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "sim/layer_job.hpp"

namespace sim {

/// Keeps the results of finished jobs in a file while a run goes on, so that the same run, started again after an
/// interruption, need not repeat them. A line names the run, by a hash of all that its results depend on; then come
/// records with a checksum each, of which a last one that is not whole is as good as none.
class JobJournal {
 public:
  /// Reads what an interrupted run left; changes nothing yet.
  /// @param file does not exist or is a journal
  /// @param run the hash
  /// @throws pruning::InputError if the file is something else
  JobJournal(std::filesystem::path file, const std::string& run);
  ~JobJournal();
  JobJournal(const JobJournal&) = delete;
  JobJournal& operator=(const JobJournal&) = delete;

  /// Results of an earlier start of this run, by job.
  [[nodiscard]] const std::map<std::size_t, JobResult>& finished() const { return finished_; }
  /// Whether the file is of another run; the first result that is added replaces it.
  [[nodiscard]] bool is_of_another_run() const { return is_of_another_run_; }
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  /// Adds a result, which then outlives this process.
  void add(std::size_t job, const JobResult& result);
  /// Removes the file: the run is complete.
  void remove();

 private:
  void open();

  std::filesystem::path file_;
  std::string first_line_;
  std::map<std::size_t, JobResult> finished_;
  bool is_of_another_run_ = false;
  std::size_t whole_bytes_ = 0;  ///< of the first line and all records that are whole
  int descriptor_ = -1;
};

}  // namespace sim
