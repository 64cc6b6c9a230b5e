#include "models/scnn/lockstep_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/lockstep_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pruning/rounded_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Cycles = hn::CappedTag<std::int64_t, 8>;
using Numbers = hn::Rebind<std::uint32_t, Cycles>;
using CycleVector = hn::Vec<Cycles>;
using Words = hn::CappedTag<std::uint32_t, lockstep_padding>;
using Values = hn::RebindToSigned<Words>;

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

template <bool vectors_outer>
HWY_INLINE std::int64_t run_segment(const LockstepSegment& segment, const LockstepCycles& cycles) {
  constexpr Cycles tag;
  const auto zero = hn::Zero(tag);
  const auto arrival = hn::Set(tag, segment.arrival);
  const auto unhindered = hn::Set(tag, segment.unhindered);
  const auto entries = hn::Set(tag, segment.entries);
  const auto weights_end = hn::Set(tag, segment.entries - segment.last_weight);
  const auto entries_after = hn::Set(tag, segment.last_weight - 1);
  const auto one = hn::Set(tag, 1);
  const bool has_weights = segment.last_weight > 0;
  auto latest = zero;
  for (std::size_t pe = 0; pe < cycles.finish.size(); pe += hn::Lanes(tag)) {
    const auto vectors = load_numbers(segment.vectors + pe);
    const auto before = hn::LoadU(tag, cycles.finish.data() + pe);
    const auto start = hn::Max(before, arrival);
    const auto wait = hn::Sub(start, before);
    const auto bandwidth = hn::Min(hn::Max(hn::Sub(unhindered, before), zero), wait);
    const auto finish = hn::Add(start, product_of(vectors, entries));
    hn::StoreU(hn::Add(hn::LoadU(tag, cycles.waits.data() + pe), wait), tag, cycles.waits.data() + pe);
    hn::StoreU(hn::Add(hn::LoadU(tag, cycles.supply.data() + pe), bandwidth), tag, cycles.supply.data() + pe);
    hn::StoreU(finish, tag, cycles.finish.data() + pe);
    latest = hn::Max(latest, finish);
    if (!has_weights) continue;
    const auto last_product = load_numbers(segment.last_product + pe);
    auto product = hn::Add(finish, one);
    if constexpr (vectors_outer) {
      product = hn::Sub(hn::Add(product, weights_end), product_of(last_product, entries));
    } else {
      product = hn::Sub(hn::Sub(product, last_product), product_of(vectors, entries_after));
    }
    const auto product_before = hn::LoadU(tag, cycles.product.data() + pe);
    hn::StoreU(hn::IfThenElse(hn::Gt(last_product, zero), product, product_before), tag, cycles.product.data() + pe);
  }
  return hn::GetLane(hn::MaxOfLanes(tag, latest));
}

void RunInLockstep(std::span<const LockstepSegment> segments, bool vectors_outer, const LockstepCycles& cycles,
                   std::span<std::int64_t> finishes) {
  for (std::size_t s = 0; s < segments.size(); ++s) {
    finishes[s] = vectors_outer ? run_segment<true>(segments[s], cycles) : run_segment<false>(segments[s], cycles);
  }
}

void MarkOutputs(std::span<const std::uint32_t> taps, std::uint32_t none, std::span<const std::uint32_t> pixels,
                 std::uint32_t* touched) {
  constexpr Words tag;
  for (const std::uint32_t filter : taps) {
    if (filter == none) continue;
    std::uint32_t* const row = touched + filter * pixels.size();
    for (std::size_t pe = 0; pe < pixels.size(); pe += hn::Lanes(tag)) {
      hn::StoreU(hn::Or(hn::LoadU(tag, row + pe), hn::LoadU(tag, pixels.data() + pe)), tag, row + pe);
    }
  }
}

void AddProducts(std::span<const Multiplicand> weights, std::span<const std::int32_t> pixels, int shift,
                 std::int32_t* sums) {
  using Product = pruning::HWY_NAMESPACE::RoundedProduct<Values>;
  constexpr Values tag;
  const Product product(shift);
  for (const Multiplicand& weight : weights) {
    const auto value = Product::weight(weight.value);
    std::int32_t* const row = sums + weight.tap * pixels.size();
    for (std::size_t i = 0; i < pixels.size(); i += hn::Lanes(tag)) {
      const auto products = product(hn::LoadU(tag, pixels.data() + i), value);
      hn::StoreU(hn::Add(hn::LoadU(tag, row + i), products), tag, row + i);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(RunInLockstep);

void run_in_lockstep(std::span<const LockstepSegment> segments, bool vectors_outer, const LockstepCycles& cycles,
                     std::span<std::int64_t> finishes) {
  HWY_DYNAMIC_DISPATCH(RunInLockstep)(segments, vectors_outer, cycles, finishes);
}

HWY_EXPORT(MarkOutputs);

void mark_outputs(std::span<const std::uint32_t> taps, std::uint32_t none, std::span<const std::uint32_t> pixels,
                  std::uint32_t* touched) {
  HWY_DYNAMIC_DISPATCH(MarkOutputs)(taps, none, pixels, touched);
}

HWY_EXPORT(AddProducts);

void add_products(std::span<const Multiplicand> weights, std::span<const std::int32_t> pixels, int shift,
                  std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddProducts)(weights, pixels, shift, sums);
}

}  // namespace scnn
#endif
