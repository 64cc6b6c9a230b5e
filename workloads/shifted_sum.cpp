#include "workloads/shifted_sum.hpp"

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

/// Sums of `count` vectors of outputs.
template <std::size_t count>
class Sums {
 public:
  explicit Sums(int shift) : product_(shift) {
    for (std::size_t v = 0; v < count; ++v) sums_[v] = magnitudes_[v] = hn::Zero(Words());
  }

  HWY_INLINE void add(const std::int32_t* pixels, Vector weights) {
    for (std::size_t v = 0; v < count; ++v) {
      const Vector pixel = hn::LoadU(Words(), pixels + v * hn::Lanes(Words()));
      const Vector term = product_(pixel, weights);
      sums_[v] = hn::Add(sums_[v], term);
      magnitudes_[v] = hn::Add(magnitudes_[v], hn::Abs(term));
    }
  }
  HWY_INLINE void store(std::int32_t* sums, std::int32_t* magnitudes) const {
    for (std::size_t v = 0; v < count; ++v) {
      hn::StoreU(sums_[v], Words(), sums + v * hn::Lanes(Words()));
      hn::StoreU(magnitudes_[v], Words(), magnitudes + v * hn::Lanes(Words()));
    }
  }
  HWY_INLINE ShiftedSum total() const {
    static_assert(count == 1);
    return {hn::GetLane(hn::SumOfLanes(Words(), sums_[0])), hn::GetLane(hn::SumOfLanes(Words(), magnitudes_[0]))};
  }

 private:
  RoundedProduct<Words> product_;
  Vector sums_[count];
  Vector magnitudes_[count];
};

template <std::size_t count>
HWY_INLINE void sum_vectors(const std::int32_t* pixels, std::span<const Tap> taps, int shift, std::size_t first,
                            ShiftedSums& result) {
  Sums<count> sums(shift);
  for (const Tap& tap : taps) {
    sums.add(pixels + tap.pixel + first, RoundedProduct<Words>::weight(tap.weight));
  }
  sums.store(result.sums + first, result.magnitudes + first);
}

void SumTaps(const std::int32_t* pixels, std::span<const Tap> taps, std::size_t positions, int shift,
             ShiftedSums& result) {
  constexpr std::size_t at_once = 4;  // vectors of sums that fit into the registers, twice
  const std::size_t lanes = hn::Lanes(Words());
  std::size_t i = 0;
  for (; i + at_once * lanes <= positions; i += at_once * lanes) sum_vectors<at_once>(pixels, taps, shift, i, result);
  for (; i < positions; i += lanes) sum_vectors<1>(pixels, taps, shift, i, result);
}

ShiftedSum SumDotProduct(const std::int32_t* pixels, std::span<const std::int16_t> weights, int shift) {
  const hn::Rebind<std::uint16_t, Words> halves;
  const std::size_t lanes = hn::Lanes(Words());
  const auto* bits = reinterpret_cast<const std::uint16_t*>(weights.data());
  Sums<1> sums(shift);
  std::size_t i = 0;
  for (; i + lanes <= weights.size(); i += lanes) {
    sums.add(pixels + i, hn::PromoteTo(Words(), hn::LoadU(halves, bits + i)));
  }
  ShiftedSum result = sums.total();
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
              ShiftedSums& result) {
  HWY_DYNAMIC_DISPATCH(SumTaps)(pixels, taps, positions, shift, result);
}

HWY_EXPORT(SumDotProduct);

ShiftedSum sum_dot_product(const std::int32_t* pixels, std::span<const std::int16_t> weights, int shift) {
  return HWY_DYNAMIC_DISPATCH(SumDotProduct)(pixels, weights, shift);
}

}  // namespace workloads
#endif
