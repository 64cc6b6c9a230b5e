#include "models/scnn/pe_clocks.hpp"

#include <algorithm>

namespace scnn {

PeClocks::PeClocks(std::size_t pes)
    : pes_(pes),
      finish_((pes + clock_padding - 1) / clock_padding * clock_padding),
      idle_(finish_.size()),
      pauses_(finish_.size()),
      exists_(finish_.size()) {
  std::fill_n(exists_.begin(), pes, -1);
}

void PeClocks::begin_group(std::int64_t release) {
  release_ = release;
  supply_ = 0;
  std::fill(finish_.begin(), finish_.end(), release);
  std::fill(idle_.begin(), idle_.end(), 0);
}

std::int64_t PeClocks::latest_finish() const {
  return *std::max_element(finish_.begin(), finish_.end());
}

ArrayReport PeClocks::report(std::int64_t issues, std::int64_t conflicts, std::span<const std::int64_t> flush) const {
  ArrayReport report;
  PeCycles& cycles = report.cycles;
  std::int64_t until_finish = 0;
  for (std::size_t pe = 0; pe < pes_; ++pe) {
    report.finished = std::max(report.finished, finish_[pe] + flush[pe]);
    until_finish += finish_[pe] - release_;
    cycles.flush += flush[pe];
  }
  cycles.issue = issues;
  cycles.conflict = conflicts;
  cycles.supply = supply_;
  cycles.fifo = until_finish - issues - conflicts - supply_;
  cycles.barrier = static_cast<std::int64_t>(pes_) * (report.finished - release_) - until_finish - cycles.flush;
  return report;
}

}  // namespace scnn
