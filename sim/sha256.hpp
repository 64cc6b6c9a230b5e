#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sim {

/// SHA-256 in hexadecimal digits.
std::string sha256_of(std::string_view bytes);

/// Likewise, of a file's bytes. @throws pruning::InputError if it cannot be read
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace sim
