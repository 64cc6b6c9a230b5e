#include "sim/result_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <system_error>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"

namespace sim {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& path, const std::string& problem) {
  throw pruning::InputError({path.string(), 0, 0, ""}, problem);
}

[[noreturn]] void fail_with(const fs::path& path, int error) {
  fail(path, "cannot be written: " + std::generic_category().message(error));
}

bool holds_earlier_run(const fs::path& directory) {
  std::ifstream stream(directory / "results.json");
  if (!stream) return false;
  const nlohmann::json json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto schema = json.find("schema");
  return schema != json.end() && schema->is_string() && *schema == results_schema;
}

/// The nearest directory on the way to `path` that exists already.
fs::path existing_ancestor(fs::path path) {
  std::error_code ignored;
  while (!fs::exists(fs::symlink_status(path, ignored)) && path.has_relative_path()) path = path.parent_path();
  return path;
}

/// The absolute path with symbolic links followed and no slash at its end.
fs::path settled(const fs::path& directory) {
  std::error_code error;
  fs::path path = fs::weakly_canonical(fs::absolute(directory), error);
  if (error) fail_with(directory, error.value());
  return path.has_filename() ? path : path.parent_path();
}

/// @param shown the directory as messages call it
void require_replaceable(const fs::path& directory, const fs::path& shown, bool overwrite) {
  std::error_code error;
  const fs::file_status status = fs::status(directory, error);
  if (!fs::exists(status)) {
    if (error && status.type() != fs::file_type::not_found) fail_with(shown, error.value());
    return;
  }
  if (!fs::is_directory(status)) fail(shown, "is a file; results need a directory that is new or empty");
  const bool empty = fs::is_empty(directory, error);
  if (error) fail_with(shown, error.value());
  if (empty) return;
  if (!holds_earlier_run(directory)) {
    fail(shown,
         "is not empty and does not hold an earlier run, so it is not replaced; "
         "results need a directory that is new or empty");
  }
  if (!overwrite) {
    fail(shown, "holds an earlier run; name another directory with --output, or give --overwrite to replace it");
  }
}

void sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail_with(path, errno);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  // Some file systems cannot sync a directory; that is no error of the run.
  if (result != 0 && error != EINVAL) fail_with(path, error);
}

std::string staging_name(const fs::path& directory) {
  return fmt::format(".{}.{}.part", directory.filename().string(), ::getpid());
}

fs::path make_staging(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory.parent_path(), error);
  if (error) fail_with(directory, error.value());
  const fs::path staging = directory.parent_path() / staging_name(directory);
  if (::mkdir(staging.c_str(), 0777) != 0) fail_with(staging, errno);
  return staging;
}

/// Puts `from` in the place of the directory `to` and removes that.
void exchange(const fs::path& from, const fs::path& to) {
  std::error_code ignored;
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_EXCHANGE) == 0) {
    fs::remove_all(from, ignored);
    return;
  }
  if (errno != EINVAL && errno != ENOSYS) fail_with(to, errno);
  // A file system that cannot exchange names: the earlier run steps aside, and comes back if that is in vain.
  const fs::path aside = from.string() + ".old";
  if (::rename(to.c_str(), aside.c_str()) != 0) fail_with(to, errno);
  if (::rename(from.c_str(), to.c_str()) != 0) {
    const int error = errno;
    fs::rename(aside, to, ignored);
    fail_with(to, error);
  }
  fs::remove_all(aside, ignored);
}

}  // namespace

void check_output(const fs::path& directory, bool overwrite) {
  const fs::path path = settled(directory);
  require_replaceable(path, directory, overwrite);
  // What is written is a sibling, then its name: the parent decides whether that is possible.
  const fs::path ancestor = existing_ancestor(path.parent_path());
  if (!fs::is_directory(ancestor)) {
    fail(directory, fmt::format("cannot be created: {} is not a directory", ancestor.string()));
  }
  // Permissions do not tell everything (a read-only or special file system), an attempt does.
  const fs::path probe = ancestor / staging_name(path);
  if (::mkdir(probe.c_str(), 0777) != 0) {
    fail(directory,
         fmt::format("cannot be created in {}: {}", ancestor.string(), std::generic_category().message(errno)));
  }
  ::rmdir(probe.c_str());
}

fs::path journal_beside(const fs::path& directory) {
  const fs::path file = settled(directory).string() + ".partial";
  return directory.is_absolute() ? file : fs::proximate(file);
}

ResultDirectory::ResultDirectory(const fs::path& directory, bool overwrite)
    : shown_(directory), directory_(settled(directory)), overwrite_(overwrite) {
  check_output(directory, overwrite);
  staging_ = make_staging(directory_);
}

ResultDirectory::~ResultDirectory() {
  std::error_code ignored;
  if (!published_) fs::remove_all(staging_, ignored);
}

void ResultDirectory::write(std::string_view name, std::string_view content) {
  pruning::write_atomically(staging_ / name, std::as_bytes(std::span(content)));
}

void ResultDirectory::link_input(const std::string& name, const fs::path& target) {
  std::error_code error;
  fs::create_directory(staging_ / "inputs", error);
  const fs::path link = staging_ / "inputs" / name;
  if (!error) fs::create_symlink(fs::canonical(target, error), link, error);
  if (error) fail_with(link, error.value());
}

void ResultDirectory::publish() {
  require_replaceable(directory_, shown_, overwrite_);  // it may have been filled meanwhile
  sync(staging_);
  if (::rename(staging_.c_str(), directory_.c_str()) != 0) {
    if (errno != ENOTEMPTY && errno != EEXIST) fail_with(shown_, errno);
    exchange(staging_, directory_);
  }
  published_ = true;
  sync(directory_.parent_path());
}

}  // namespace sim
