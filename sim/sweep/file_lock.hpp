#pragma once

#include <filesystem>

namespace sim {

/// The right of a process to add to a file, which it loses with its end, however that comes; processes that it forks do
/// not have it. It lies beside the locks of SQLite.
class FileLock {
 public:
  /// Makes the file, and the directories on the way, if there is none.
  /// @throws pruning::InputError if another process has it, or the file cannot be written
  explicit FileLock(const std::filesystem::path& file);
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace sim
