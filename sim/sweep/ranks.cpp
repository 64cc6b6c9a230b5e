#include "sim/sweep/ranks.hpp"

#include <dlfcn.h>

#include <cstdlib>
#include <filesystem>
#include <stdexcept>

namespace sim {

namespace {

/// Processes that were started together, as those who start them say it in the environment: Open MPI's mpirun, and
/// Slurm's srun by PMI-2 or PMIx.
int started_together() {
  const auto number = [](const char* variable) {
    const char* value = std::getenv(variable);
    return value == nullptr ? 0 : std::atoi(value);
  };
  if (const int size = number("OMPI_COMM_WORLD_SIZE"); size > 0) return size;
  if (const int size = number("PMI_SIZE"); size > 0) return size;
  return std::getenv("PMIX_RANK") == nullptr ? 1 : number("SLURM_STEP_NUM_TASKS");
}

}  // namespace

std::unique_ptr<Ranks> ranks_of_this_job() {
  if (started_together() <= 1) return nullptr;
  const auto library = std::filesystem::canonical("/proc/self/exe").parent_path() / "libscnn_mpi.so";
  // What MPI loads in turn looks for MPI among the program's symbols.
  void* loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (loaded == nullptr) {
    throw std::runtime_error(std::filesystem::exists(library)
                                 ? std::string("MPI cannot be loaded: ") + ::dlerror()
                                 : "several ranks were started, but this program was built without MPI; configure with "
                                   "-DSCNN_MPI=ON, or use --jobs or --shard");
  }
  return std::unique_ptr<Ranks>(reinterpret_cast<OpenRanks*>(::dlsym(loaded, open_ranks))());
}

}  // namespace sim
