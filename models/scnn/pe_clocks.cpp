#include "models/scnn/pe_clocks.hpp"

namespace scnn {

PeClocks::PeClocks(std::size_t pes) {
  for (auto* row : {&finish_, &waits_, &supply_})
    row->resize((pes + clock_padding - 1) / clock_padding * clock_padding);
}

void PeClocks::begin_group(std::int64_t release) {
  release_ = release;
  finish_.assign(row_size(), release);
  waits_.assign(row_size(), 0);
  supply_.assign(row_size(), 0);
}

GroupReport PeClocks::report(std::size_t pe, std::int64_t issues, std::int64_t complete) const {
  return {.complete = complete,
          .issue = issues,
          .conflict = at_work(pe) - issues,
          .supply = supply_[pe],
          .fifo = waits_[pe] - supply_[pe],
          .flush = complete - finish_[pe]};
}

}  // namespace scnn
