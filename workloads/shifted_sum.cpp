#include "workloads/shifted_sum.hpp"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/shifted_sum.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pruning/rounded_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace workloads {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::int32_t, most_positions>;
using Vector = hn::Vec<Words>;
using pruning::HWY_NAMESPACE::RoundedProduct;

/// @tparam count of vectors of outputs
template <std::size_t count>
HWY_INLINE void sum_vectors(const std::int32_t* pixels, std::span<const Tap> taps, int shift, std::int32_t* result) {
  constexpr Words tag;
  const RoundedProduct<Words> product(shift);
  Vector sums[count];
  for (Vector& sum : sums) sum = hn::Zero(tag);
  for (const Tap& tap : taps) {
    const Vector weights = RoundedProduct<Words>::weight(tap.weight);
    const std::int32_t* const first = pixels + tap.pixel;
    for (std::size_t v = 0; v < count; ++v) {
      sums[v] = hn::Add(sums[v], product(hn::LoadU(tag, first + v * hn::Lanes(tag)), weights));
    }
  }
  for (std::size_t v = 0; v < count; ++v) hn::StoreU(sums[v], tag, result + v * hn::Lanes(tag));
}

/// @param vectors of outputs, at most `most`
template <std::size_t most>
HWY_INLINE void sum_rest(const std::int32_t* pixels, std::span<const Tap> taps, int shift, std::size_t vectors,
                         std::int32_t* result) {
  if (vectors == most) return sum_vectors<most>(pixels, taps, shift, result);
  if constexpr (most > 1) sum_rest<most - 1>(pixels, taps, shift, vectors, result);
}

void SumTaps(const std::int32_t* pixels, std::span<const Tap> taps, std::size_t positions, int shift,
             std::int32_t* sums) {
  constexpr std::size_t at_once = 8;  // vectors of sums that fit into the registers
  const std::size_t lanes = hn::Lanes(Words());
  for (std::size_t first = 0; first < positions; first += at_once * lanes) {
    const std::size_t vectors = (positions - first + lanes - 1) / lanes;
    sum_rest<at_once>(pixels + first, taps, shift, std::min(vectors, at_once), sums + first);
  }
}

ShiftedSum SumDotProduct(const std::int32_t* pixels, std::span<const std::int16_t> weights, int shift) {
  constexpr Words tag;
  const hn::Rebind<std::uint16_t, Words> halves;
  const std::size_t lanes = hn::Lanes(tag);
  const auto* bits = reinterpret_cast<const std::uint16_t*>(weights.data());
  const RoundedProduct<Words> product(shift);
  Vector sum = hn::Zero(tag);
  Vector magnitude = hn::Zero(tag);
  std::size_t i = 0;
  for (; i + lanes <= weights.size(); i += lanes) {
    const Vector term = product(hn::LoadU(tag, pixels + i), hn::PromoteTo(tag, hn::LoadU(halves, bits + i)));
    sum = hn::Add(sum, term);
    magnitude = hn::Add(magnitude, hn::Abs(term));
  }
  ShiftedSum result{hn::GetLane(hn::SumOfLanes(tag, sum)), hn::GetLane(hn::SumOfLanes(tag, magnitude))};
  const std::int32_t half = shift == 0 ? 0 : std::int32_t{1} << (shift - 1);
  for (; i < weights.size(); ++i) {
    const std::int32_t term = (weights[i] * pixels[i] + half) >> shift;
    result.sum += term;
    result.magnitude += term < 0 ? -term : term;
  }
  return result;
}

}  // namespace HWY_NAMESPACE
}  // namespace workloads
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace workloads {

HWY_EXPORT(SumTaps);

void sum_taps(const std::int32_t* pixels, std::span<const Tap> taps, std::size_t positions, int shift,
              std::span<std::int32_t, most_positions> sums) {
  HWY_DYNAMIC_DISPATCH(SumTaps)(pixels, taps, positions, shift, sums.data());
}

HWY_EXPORT(SumDotProduct);

ShiftedSum sum_dot_product(const std::int32_t* pixels, std::span<const std::int16_t> weights, int shift) {
  return HWY_DYNAMIC_DISPATCH(SumDotProduct)(pixels, weights, shift);
}

}  // namespace workloads
#endif
