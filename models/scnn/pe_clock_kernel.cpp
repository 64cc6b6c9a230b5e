#include "models/scnn/pe_clock_kernel.hpp"

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
/// @param waited(first of some PEs, for how long) @param finished(likewise, their finish)
/// @return finish of the slowest
template <class Waited, class Finished>
HWY_INLINE std::int64_t take_up(const Arrival& segment, const std::uint32_t* vectors, std::int64_t entries,
                                const ClockRows& clocks, Waited waited, Finished finished) {
  constexpr Cycles tag;
  const auto arrival = hn::Set(tag, segment.cycle);
  const auto unhindered = hn::Set(tag, segment.unhindered);
  const auto cycles_of_vector = hn::Set(tag, entries);
  auto latest = hn::Zero(tag);
  auto supply = hn::Zero(tag);
  for (std::size_t pe = 0; pe < clocks.finish.size(); pe += hn::Lanes(tag)) {
    const auto before = hn::LoadU(tag, clocks.finish.data() + pe);
    const auto start = hn::Max(before, arrival);
    const auto wait = hn::Sub(start, before);
    const auto bandwidth = hn::Min(hn::Max(hn::Sub(unhindered, before), hn::Zero(tag)), wait);
    supply = hn::Add(supply, hn::And(bandwidth, hn::LoadU(tag, clocks.exists.data() + pe)));
    waited(pe, wait);
    const auto finish = hn::Add(start, product_of(load_numbers(vectors + pe), cycles_of_vector));
    hn::StoreU(finish, tag, clocks.finish.data() + pe);
    latest = hn::Max(latest, finish);
    finished(pe, finish);
  }
  *clocks.supply += hn::GetLane(hn::SumOfLanes(tag, supply));
  return hn::GetLane(hn::MaxOfLanes(tag, latest));
}

std::int64_t TakeUpSegment(const Arrival& arrival, const std::uint32_t* vectors, std::int64_t entries,
                           const ClockRows& clocks) {
  constexpr Cycles tag;
  return take_up(
      arrival, vectors, entries, clocks,
      [&](std::size_t pe, CycleVector wait) HWY_ATTR {
        const auto idle = hn::Add(hn::LoadU(tag, clocks.idle.data() + pe), wait);
        hn::StoreU(hn::Min(idle, hn::Set(tag, most_idle)), tag, clocks.idle.data() + pe);
      },
      [](std::size_t /*pe*/, CycleVector /*finish*/) {});
}

template <bool vectors_outer>
HWY_INLINE std::int64_t take_up_in_lockstep(const Arrival& arrival, const LockstepSegment& segment,
                                            const ClockRows& clocks, std::span<std::int64_t> product) {
  constexpr Cycles tag;
  const auto entries = hn::Set(tag, segment.entries);
  const auto weights_end = hn::Set(tag, segment.entries - segment.last_weight);
  const auto entries_after = hn::Set(tag, segment.last_weight - 1);
  const bool has_weights = segment.last_weight > 0;
  return take_up(
      arrival, segment.vectors, segment.entries, clocks, [](std::size_t /*pe*/, CycleVector /*wait*/) {},
      [&](std::size_t pe, CycleVector finish) HWY_ATTR {
        if (!has_weights) return;
        const auto last_product = load_numbers(segment.last_product + pe);
        auto end = hn::Add(finish, hn::Set(tag, 1));
        if constexpr (vectors_outer) {
          end = hn::Sub(hn::Add(end, weights_end), product_of(last_product, entries));
        } else {
          end = hn::Sub(hn::Sub(end, last_product), product_of(load_numbers(segment.vectors + pe), entries_after));
        }
        const auto before = hn::LoadU(tag, product.data() + pe);
        hn::StoreU(hn::IfThenElse(hn::Gt(last_product, hn::Zero(tag)), end, before), tag, product.data() + pe);
      });
}

void TakeUpInLockstep(std::span<const Arrival> arrivals, std::span<const LockstepSegment> segments, bool vectors_outer,
                      const ClockRows& clocks, std::span<std::int64_t> product, std::span<std::int64_t> finishes) {
  for (std::size_t s = 0; s < segments.size(); ++s) {
    finishes[s] = vectors_outer ? take_up_in_lockstep<true>(arrivals[s], segments[s], clocks, product)
                                : take_up_in_lockstep<false>(arrivals[s], segments[s], clocks, product);
  }
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
                         bool vectors_outer, const ClockRows& clocks, std::span<std::int64_t> product,
                         std::span<std::int64_t> finishes) {
  HWY_DYNAMIC_DISPATCH(TakeUpInLockstep)(arrivals, segments, vectors_outer, clocks, product, finishes);
}

}  // namespace scnn
#endif
