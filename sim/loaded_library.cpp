#include "sim/loaded_library.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <stdexcept>

namespace sim {

void* function_of_library(const std::string& library, const char* function, const std::string& what) {
  const auto file = std::filesystem::canonical("/proc/self/exe").parent_path() / library;
  if (!std::filesystem::exists(file)) return nullptr;
  // What MPI loads in turn looks for MPI among the program's symbols.
  void* loaded = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  void* found = loaded == nullptr ? nullptr : ::dlsym(loaded, function);
  if (found == nullptr) throw std::runtime_error(what + " cannot be loaded: " + ::dlerror());
  return found;
}

}  // namespace sim
