#include "sim/sweep/ranks.hpp"

#include <cstdlib>
#include <stdexcept>

#include "sim/loaded_library.hpp"

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
  void* open = function_of_library("libscnn_mpi.so", open_ranks, "MPI");
  if (open == nullptr) {
    throw std::runtime_error(
        "several ranks were started, but libscnn_mpi.so is not beside this program; configure with -DSCNN_MPI=ON, or "
        "use --jobs or --shard");
  }
  return std::unique_ptr<Ranks>(reinterpret_cast<OpenRanks*>(open)());
}

}  // namespace sim
