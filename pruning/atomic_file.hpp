#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace pruning {

/// Checks that `target` is a regular file or nothing yet, in a directory where files can be made; changes nothing.
/// @throws InputError otherwise
void check_writable(const std::filesystem::path& target);

/// A file that holds either what it held before or all that is written: bytes go to a temporary file beside it, which
/// takes its place in the end. Nothing is left behind on failure.
class AtomicFile {
 public:
  /// @throws InputError as `check_writable`; all below std::runtime_error, for example if the disk is full
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::span<const std::byte> bytes);
  /// Makes everything durable and puts it in place; nothing is written after.
  void publish();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;  ///< of the temporary file
  int descriptor_ = -1;
  bool published_ = false;
};

/// Puts `bytes` into the file `target` in that manner. @throws likewise
void write_atomically(const std::filesystem::path& target, std::span<const std::byte> bytes);

}  // namespace pruning
