#include "models/scnn/block.hpp"

#include <systemc>

namespace scnn {

void run_until_idle(const bool& done, const std::vector<const Block*>& blocks) {
  sc_core::sc_start();
  if (done) return;
  std::string report = "the simulated machine makes no progress:";
  for (const Block* block : blocks) {
    const std::string reason = block->waiting_for();
    if (!reason.empty()) report += "\n  " + reason;
  }
  throw NoProgress(report);
}

}  // namespace scnn
