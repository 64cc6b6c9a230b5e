#pragma once

#include <filesystem>
#include <string>

namespace sim {

/// SHA-256 of a file's bytes in hexadecimal digits. @throws pruning::InputError if it cannot be read
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace sim
