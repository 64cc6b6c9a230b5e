#pragma once

#include <string>

namespace sim {

/// A function of a library beside the program, which is loaded now: what takes long to load should not delay commands
/// that do without.
/// @param what the library brings, for messages
/// @return nothing if the program was built without that library
/// @throws std::runtime_error if it is there, but cannot be loaded
void* function_of_library(const std::string& library, const char* function, const std::string& what);

}  // namespace sim
