#pragma once

#include <filesystem>
#include <string>

#include "sim/results.hpp"

namespace sim::test {

/// A new directory that is the working directory while it lives, so that messages show names without a path.
class WorkingDirectory {
 public:
  WorkingDirectory();
  ~WorkingDirectory();
  WorkingDirectory(const WorkingDirectory&) = delete;
  WorkingDirectory& operator=(const WorkingDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path before_;
  std::filesystem::path path_;
};

void write_file(const std::filesystem::path& file, const std::string& text);
std::string read_file(const std::filesystem::path& file);

/// Compares with a text file below the source directory; with SCNN_UPDATE_GOLDENS=1 writes it instead.
void expect_golden(const std::string& text, const std::string& file);

/// Results of two layers with every figure filled in and small enough to check by hand.
Results example_results();

}  // namespace sim::test
