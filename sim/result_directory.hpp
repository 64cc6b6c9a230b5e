#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sim {

/// Checks, before any work, that results can go to `directory`. It must not exist, be empty, or, with `overwrite`,
/// be the directory of an earlier run (recognised by the schema in its results.json); nothing else is ever
/// replaced. Changes nothing on disk that outlives the call.
/// @throws pruning::InputError that says what would be right
void check_output(const std::filesystem::path& directory, bool overwrite);

/// The file beside `directory` in which its run keeps what is finished until the results are complete.
std::filesystem::path journal_beside(const std::filesystem::path& directory);

/// The directory of a run while it is filled: files collect in a sibling, which takes the directory's place when
/// complete. Whatever was there stays whole until then, and stays for good if anything fails.
class ResultDirectory {
 public:
  /// Checks as `check_output` and makes the sibling. @throws pruning::InputError, as every member
  ResultDirectory(const std::filesystem::path& directory, bool overwrite);
  ~ResultDirectory();
  ResultDirectory(const ResultDirectory&) = delete;
  ResultDirectory& operator=(const ResultDirectory&) = delete;

  /// Where files collect, for writers that make their file themselves.
  [[nodiscard]] const std::filesystem::path& staging() const { return staging_; }

  void write(std::string_view name, std::string_view content);
  /// A symbolic link `inputs/<name>` to `target`, so that the run's config.yaml can be run again.
  void link_input(const std::string& name, const std::filesystem::path& target);
  /// Makes everything durable and puts it in place.
  void publish();

 private:
  std::filesystem::path shown_;  ///< the directory as it was given, for messages
  std::filesystem::path directory_;
  std::filesystem::path staging_;
  bool overwrite_ = false;
  bool published_ = false;
};

}  // namespace sim
