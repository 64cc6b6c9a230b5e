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

std::int64_t TakeUpSegment(const Arrival& segment, const std::uint32_t* vectors, std::int64_t entries,
                           const ClockRows& clocks) {
  constexpr Cycles tag;
  const auto arrival = hn::Set(tag, segment.cycle);
  const auto unhindered = hn::Set(tag, segment.unhindered);
  const auto cycles_of_vector = hn::Set(tag, entries);
  const auto longest = hn::Set(tag, most_idle);
  auto latest = hn::Zero(tag);
  auto supply = hn::Zero(tag);
  for (std::size_t pe = 0; pe < clocks.finish.size(); pe += hn::Lanes(tag)) {
    const auto before = hn::LoadU(tag, clocks.finish.data() + pe);
    const auto start = hn::Max(before, arrival);
    const auto bandwidth = hn::Max(hn::Sub(hn::Min(unhindered, start), before), hn::Zero(tag));
    supply = hn::Add(supply, hn::And(bandwidth, hn::LoadU(tag, clocks.exists.data() + pe)));
    const auto idle = hn::Add(hn::LoadU(tag, clocks.idle.data() + pe), hn::Sub(start, before));
    const auto pause = hn::Min(idle, longest);
    const auto pe_vectors = load_numbers(vectors + pe);
    hn::StoreU(pause, tag, clocks.pauses.data() + pe);
    hn::StoreU(hn::IfThenElseZero(hn::Eq(pe_vectors, hn::Zero(tag)), pause), tag, clocks.idle.data() + pe);
    const auto finish = hn::Add(start, product_of(pe_vectors, cycles_of_vector));
    hn::StoreU(finish, tag, clocks.finish.data() + pe);
    latest = hn::Max(latest, finish);
  }
  *clocks.supply += hn::GetLane(hn::SumOfLanes(tag, supply));
  return hn::GetLane(hn::MaxOfLanes(tag, latest));
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

}  // namespace scnn
#endif
