#include "models/scnn/pe_clock_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/pe_clock_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Cycles = hn::CappedTag<std::int64_t, 8>;
using Numbers = hn::Rebind<std::uint32_t, Cycles>;
using CycleVector = hn::Vec<Cycles>;

/// Numbers by PE, in the lanes of cycles.
HWY_INLINE CycleVector load_numbers(const std::uint32_t* numbers) {
  const hn::RebindToUnsigned<Cycles> wide;
  return hn::BitCast(Cycles(), hn::PromoteTo(wide, hn::LoadU(Numbers(), numbers)));
}

/// Of two numbers of at most 32 bits.
HWY_INLINE CycleVector product_of(CycleVector a, CycleVector b) {
#if HWY_TARGET == HWY_SCALAR
  return hn::Set(Cycles(), hn::GetLane(a) * hn::GetLane(b));
#else
  const hn::Repartition<std::uint32_t, Cycles> halves;
  return hn::BitCast(Cycles(), hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, b)));
#endif
}

/// Lets all PEs take up a segment.
/// @param before finishes of the segment before @param after likewise of this one, may be the same place
/// @param waited(first of some PEs, for how long)
/// @return finish of the slowest
template <class Waited>
HWY_INLINE std::int64_t take_up(const Arrival& segment, const std::uint32_t* vectors, std::int64_t entries,
                                const ClockRows& clocks, const std::int64_t* before_row, std::int64_t* after_row,
                                Waited waited) {
  constexpr Cycles tag;
  const auto arrival = hn::Set(tag, segment.cycle);
  const auto unhindered = hn::Set(tag, segment.unhindered);
  const auto cycles_of_vector = hn::Set(tag, entries);
  auto latest = hn::Zero(tag);
  auto supply = hn::Zero(tag);
  for (std::size_t pe = 0; pe < clocks.finish.size(); pe += hn::Lanes(tag)) {
    const auto before = hn::LoadU(tag, before_row + pe);
    const auto start = hn::Max(before, arrival);
    const auto wait = hn::Sub(start, before);
    const auto bandwidth = hn::Min(hn::Max(hn::Sub(unhindered, before), hn::Zero(tag)), wait);
    supply = hn::Add(supply, hn::And(bandwidth, hn::LoadU(tag, clocks.exists.data() + pe)));
    waited(pe, wait);
    const auto finish = hn::Add(start, product_of(load_numbers(vectors + pe), cycles_of_vector));
    hn::StoreU(finish, tag, after_row + pe);
    latest = hn::Max(latest, finish);
  }
  *clocks.supply += hn::GetLane(hn::SumOfLanes(tag, supply));
  return hn::GetLane(hn::MaxOfLanes(tag, latest));
}

std::int64_t TakeUpSegment(const Arrival& arrival, const std::uint32_t* vectors, std::int64_t entries,
                           const ClockRows& clocks) {
  constexpr Cycles tag;
  return take_up(arrival, vectors, entries, clocks, clocks.finish.data(), clocks.finish.data(),
                 [&](std::size_t pe, CycleVector wait) HWY_ATTR {
                   const auto idle = hn::Add(hn::LoadU(tag, clocks.idle.data() + pe), wait);
                   hn::StoreU(hn::Min(idle, hn::Set(tag, most_idle)), tag, clocks.idle.data() + pe);
                 });
}

/// Entries of a segment from the last one with a weight on; 0: there is none.
std::int64_t entries_from_last_weight(const LockstepSegment& segment, std::size_t width, std::uint32_t none) {
  std::size_t end = segment.taps.size();
  while (end > 0 && segment.taps[end - 1] == none) --end;
  return end == 0 ? 0 : static_cast<std::int64_t>((segment.taps.size() - end) / width) + 1;
}

/// Finds the latest products, from the last segment back. Only those of the last two cycles matter, so it comes to few.
void find_late_products(std::span<const LockstepSegment> segments, bool vectors_outer, const LockstepWeights& weights,
                        const ClockRows& clocks, const LockstepRows& rows) {
  constexpr Cycles tag;
  const std::size_t row_size = clocks.finish.size();
  const auto two = hn::Set(tag, 2);
  bool all_found = false;
  // Where a PE's latest product is still to be found, it is -1 less how late that of the segments before was.
  for (std::size_t pe = 0; pe < row_size; ++pe) rows.late[pe] = -1 - rows.late[pe];
  for (std::size_t s = segments.size(); s > 0 && !all_found; --s) {
    const LockstepSegment& segment = segments[s - 1];
    const std::int64_t last_weight = entries_from_last_weight(segment, weights.per_entry, weights.none);
    const auto entries = hn::Set(tag, segment.entries);
    auto open_anywhere = hn::Zero(tag);
    for (std::size_t pe = 0; pe < row_size; pe += hn::Lanes(tag)) {
      auto late = hn::LoadU(tag, rows.late.data() + pe);
      const auto finish = hn::LoadU(tag, rows.history.data() + s * row_size + pe);
      const auto since = hn::Sub(hn::LoadU(tag, clocks.finish.data() + pe), finish);
      const auto open = hn::Lt(late, hn::Zero(tag));
      late = hn::IfThenZeroElse(hn::And(open, hn::Gt(since, hn::Set(tag, 1))), late);
      if (last_weight > 0) {
        const auto last_product = load_numbers(segment.last_product + pe);
        // Issues after the last product.
        auto after = vectors_outer
                         ? hn::Sub(product_of(last_product, entries), hn::Set(tag, segment.entries - last_weight + 1))
                         : hn::Sub(hn::Add(last_product, product_of(load_numbers(segment.vectors + pe),
                                                                    hn::Set(tag, last_weight - 1))),
                                   hn::Set(tag, 1));
        after = hn::Add(after, since);
        const auto found = hn::And(hn::Lt(late, hn::Zero(tag)), hn::Gt(last_product, hn::Zero(tag)));
        late = hn::IfThenElse(found, hn::Max(hn::Sub(two, after), hn::Zero(tag)), late);
      }
      hn::StoreU(late, tag, rows.late.data() + pe);
      open_anywhere = hn::Or(open_anywhere, late);
    }
    all_found = hn::AllFalse(tag, hn::Lt(open_anywhere, hn::Zero(tag)));
  }
  for (std::size_t pe = 0; pe < row_size && !all_found; ++pe) {
    if (rows.late[pe] >= 0) continue;
    const std::int64_t since = clocks.finish[pe] - rows.history[pe];
    rows.late[pe] = std::max<std::int64_t>(0, -1 - rows.late[pe] - since);
  }
}

void TakeUpInLockstep(std::span<const Arrival> arrivals, std::span<const LockstepSegment> segments, bool vectors_outer,
                      const LockstepWeights& weights, const ClockRows& clocks, const LockstepRows& rows,
                      std::span<std::int64_t> finishes) {
  const std::size_t row_size = clocks.finish.size();
  std::copy(clocks.finish.begin(), clocks.finish.end(), rows.history.begin());
  std::int64_t* before = rows.history.data();
  for (std::size_t s = 0; s < segments.size(); ++s, before += row_size) {
    finishes[s] = take_up(arrivals[s], segments[s].vectors, segments[s].entries, clocks, before, before + row_size,
                          [](std::size_t /*pe*/, CycleVector /*wait*/) {});
  }
  std::copy_n(before, row_size, clocks.finish.begin());
  find_late_products(segments, vectors_outer, weights, clocks, rows);
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(TakeUpSegment);

std::int64_t take_up_segment(const Arrival& arrival, const std::uint32_t* vectors, std::int64_t entries,
                             const ClockRows& clocks) {
  return HWY_DYNAMIC_DISPATCH(TakeUpSegment)(arrival, vectors, entries, clocks);
}

HWY_EXPORT(TakeUpInLockstep);

void take_up_in_lockstep(std::span<const Arrival> arrivals, std::span<const LockstepSegment> segments,
                         bool vectors_outer, const LockstepWeights& weights, const ClockRows& clocks,
                         const LockstepRows& rows, std::span<std::int64_t> finishes) {
  HWY_DYNAMIC_DISPATCH(TakeUpInLockstep)(arrivals, segments, vectors_outer, weights, clocks, rows, finishes);
}

}  // namespace scnn
#endif
