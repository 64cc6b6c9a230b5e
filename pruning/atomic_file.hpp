#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace pruning {

/// Checks that `target` is a regular file or nothing yet, in a directory where files can be made; changes nothing.
/// @throws InputError otherwise
void check_writable(const std::filesystem::path& target);

/// Puts `bytes` into the file `target`, which holds either what it held before or all of them: they are written
/// to a temporary file beside it, checked and then renamed. Nothing is left behind on failure.
/// @throws InputError with what the system says, for example a full disk or a directory without write permission
void write_atomically(const std::filesystem::path& target, std::span<const std::byte> bytes);

}  // namespace pruning
