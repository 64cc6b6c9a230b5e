#include "sim/sweep/file_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "pruning/input_error.hpp"

namespace sim {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, const std::string& problem) {
  throw pruning::InputError({file.string(), 0, 0, ""}, problem);
}

}  // namespace

FileLock::FileLock(const fs::path& file) {
  std::error_code ignored;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), ignored);
  descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(file, "cannot be written: " + std::generic_category().message(errno));
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  if (::fcntl(descriptor_, F_SETLK, &lock) == 0) return;
  const int error = errno;
  ::close(descriptor_);
  fail(file, error == EACCES || error == EAGAIN ? "another sweep is adding to it now"
                                                : "cannot be locked: " + std::generic_category().message(error));
}

FileLock::~FileLock() {
  ::close(descriptor_);
}

}  // namespace sim
