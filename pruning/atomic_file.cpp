#include "pruning/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>

#include "pruning/input_error.hpp"

namespace pruning {
namespace {

[[noreturn]] void fail(const std::filesystem::path& target, const std::string& why) {
  throw InputError({.file = target.string(), .key = {}}, "cannot be written: " + why);
}

[[noreturn]] void fail_with(const std::filesystem::path& target, int error) {
  fail(target, std::generic_category().message(error));
}

/// What no other target would have prevented for sure: a full disk, for example.
[[noreturn]] void break_off(const std::filesystem::path& target, int error) {
  throw std::runtime_error(target.string() + ": cannot be written: " + std::generic_category().message(error));
}

/// A link stays a link: its target is what is replaced.
std::filesystem::path real_file(const std::filesystem::path& target) {
  std::error_code ignored;
  return std::filesystem::exists(target, ignored) ? std::filesystem::canonical(target) : target;
}

}  // namespace

void check_writable(const std::filesystem::path& target) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(target, ignored);
  if (std::filesystem::is_directory(status)) fail(target, "it is a directory");
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
    fail(target, "it is no regular file");
  const std::filesystem::path here = real_file(target).parent_path() / ".";  // so that a file is no directory
  if (::access(here.c_str(), W_OK | X_OK) != 0) fail_with(target, errno);
}

AtomicFile::AtomicFile(const std::filesystem::path& target) : target_(target) {
  check_writable(target);
  target_ = real_file(target);
  path_ = target_.parent_path() / ('.' + target_.filename().string() + '.' + std::to_string(::getpid()) + ".part");
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail_with(target_, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!published_) ::unlink(path_.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break_off(target_, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

void AtomicFile::publish() {
  // Some file systems report a full disk only here.
  if (::fsync(descriptor_) != 0) break_off(target_, errno);
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) break_off(target_, errno);
  if (::rename(path_.c_str(), target_.c_str()) != 0) break_off(target_, errno);
  published_ = true;
}

void write_atomically(const std::filesystem::path& target, std::span<const std::byte> bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.publish();
}

}  // namespace pruning
