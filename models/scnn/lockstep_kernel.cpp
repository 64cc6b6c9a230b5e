#include "models/scnn/lockstep_kernel.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/lockstep_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/scnn/pe_clock_kernel.hpp"
#include "pruning/rounded_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::uint32_t, clock_padding>;
using Values = hn::RebindToSigned<Words>;

/// Numbers by PE.
HWY_INLINE hn::Vec<Values> load_numbers(const std::uint32_t* numbers) {
  return hn::BitCast(Values(), hn::LoadU(Words(), numbers));
}

void TakeUpInLockstep(std::span<const LockstepSegment> segments, std::span<std::int32_t> history,
                      std::span<std::int32_t> supply, std::span<std::int32_t> finishes) {
  constexpr Values tag;
  const std::size_t row_size = supply.size();
  for (std::size_t pe = 0; pe < row_size; pe += hn::Lanes(tag)) {
    auto finish = hn::LoadU(tag, history.data() + pe);
    auto waited = hn::LoadU(tag, supply.data() + pe);
    std::int32_t* after = history.data() + row_size + pe;
    for (const LockstepSegment& segment : segments) {
      const auto start = hn::Max(finish, hn::Set(tag, segment.arrival));
      const auto bandwidth = hn::Sub(hn::Min(hn::Set(tag, segment.unhindered), start), finish);
      waited = hn::Add(waited, hn::Max(bandwidth, hn::Zero(tag)));
      const auto issues = hn::Mul(load_numbers(segment.vectors + pe), hn::Set(tag, segment.entries));
      finish = hn::Add(start, issues);
      hn::StoreU(finish, tag, after);
      after += row_size;
    }
    hn::StoreU(waited, tag, supply.data() + pe);
  }
  for (std::size_t s = 0; s < segments.size(); ++s) {
    const std::int32_t* const row = history.data() + (s + 1) * row_size;
    auto latest = hn::LoadU(tag, row);
    for (std::size_t pe = hn::Lanes(tag); pe < row_size; pe += hn::Lanes(tag)) {
      latest = hn::Max(latest, hn::LoadU(tag, row + pe));
    }
    finishes[s] = hn::GetLane(hn::MaxOfLanes(tag, latest));
  }
}

/// Entries of a segment from the last one with a weight on; 0: there is none.
std::int32_t entries_from_last_weight(const LockstepSegment& segment, const LockstepIssues& issues) {
  std::size_t end = segment.taps.size();
  while (end > 0 && segment.taps[end - 1] == issues.no_tap) --end;
  return end == 0 ? 0 : static_cast<std::int32_t>((segment.taps.size() - end) / issues.weights_per_entry) + 1;
}

/// From the last segment back. Only products of the last two cycles matter, so it comes to few.
void FindLateProducts(std::span<const LockstepSegment> segments, const LockstepIssues& issues,
                      std::span<const std::int32_t> history, std::span<std::int32_t> late_row) {
  constexpr Values tag;
  const std::size_t row_size = late_row.size();
  const std::int32_t* const last = history.data() + segments.size() * row_size;
  const auto one = hn::Set(tag, 1);
  const auto two = hn::Set(tag, 2);
  bool all_found = false;
  // Where a PE's latest product is still to be found, it is -1 less how late that of the segments before was.
  for (std::int32_t& late : late_row) late = -1 - late;
  for (std::size_t s = segments.size(); s > 0 && !all_found; --s) {
    const LockstepSegment& segment = segments[s - 1];
    const std::int32_t last_weight = entries_from_last_weight(segment, issues);
    auto open_anywhere = hn::Zero(tag);
    for (std::size_t pe = 0; pe < row_size; pe += hn::Lanes(tag)) {
      auto late = hn::LoadU(tag, late_row.data() + pe);
      const auto since = hn::Sub(hn::LoadU(tag, last + pe), hn::LoadU(tag, history.data() + s * row_size + pe));
      const auto open = hn::Lt(late, hn::Zero(tag));
      late = hn::IfThenZeroElse(hn::And(open, hn::Gt(since, one)), late);
      if (last_weight > 0) {
        const auto last_product = load_numbers(segment.last_product + pe);
        // Issues after the last product.
        auto after = issues.vectors_outer ? hn::Sub(hn::Mul(last_product, hn::Set(tag, segment.entries)),
                                                    hn::Set(tag, segment.entries - last_weight + 1))
                                          : hn::Sub(hn::Add(last_product, hn::Mul(load_numbers(segment.vectors + pe),
                                                                                  hn::Set(tag, last_weight - 1))),
                                                    one);
        after = hn::Add(after, since);
        const auto found = hn::And(hn::Lt(late, hn::Zero(tag)), hn::Gt(last_product, hn::Zero(tag)));
        late = hn::IfThenElse(found, hn::Max(hn::Sub(two, after), hn::Zero(tag)), late);
      }
      hn::StoreU(late, tag, late_row.data() + pe);
      open_anywhere = hn::Or(open_anywhere, late);
    }
    all_found = hn::AllFalse(tag, hn::Lt(open_anywhere, hn::Zero(tag)));
  }
  for (std::size_t pe = 0; pe < row_size && !all_found; ++pe) {
    if (late_row[pe] >= 0) continue;
    late_row[pe] = std::max(0, -1 - late_row[pe] - (last[pe] - history[pe]));
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

HWY_EXPORT(TakeUpInLockstep);

void take_up_in_lockstep(std::span<const LockstepSegment> segments, std::span<std::int32_t> history,
                         std::span<std::int32_t> supply, std::span<std::int32_t> finishes) {
  HWY_DYNAMIC_DISPATCH(TakeUpInLockstep)(segments, history, supply, finishes);
}

HWY_EXPORT(FindLateProducts);

void find_late_products(std::span<const LockstepSegment> segments, const LockstepIssues& issues,
                        std::span<const std::int32_t> history, std::span<std::int32_t> late) {
  HWY_DYNAMIC_DISPATCH(FindLateProducts)(segments, issues, history, late);
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
