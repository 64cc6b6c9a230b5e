#include "models/dense/dot_product_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/dense/dot_product_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pruning/rounded_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace dense {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::int32_t, dot_product_padding>;

std::int32_t DotProduct(std::span<const std::int32_t> activations, std::span<const std::int16_t> weights, int shift) {
  constexpr hn::RebindToUnsigned<Words> unsigned_words;
  constexpr hn::Rebind<std::uint16_t, Words> halves;
  const pruning::HWY_NAMESPACE::RoundedProduct<Words> product(shift);
  const auto* const weight = reinterpret_cast<const std::uint16_t*>(weights.data());
  auto sum = hn::Zero(Words());
  for (std::size_t i = 0; i < activations.size(); i += hn::Lanes(Words())) {
    // The product takes a weight in the lower half of a word.
    const auto w = hn::BitCast(Words(), hn::PromoteTo(unsigned_words, hn::LoadU(halves, weight + i)));
    sum = hn::Add(sum, product(hn::LoadU(Words(), activations.data() + i), w));
  }
  return hn::GetLane(hn::SumOfLanes(Words(), sum));
}

}  // namespace HWY_NAMESPACE
}  // namespace dense
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace dense {

HWY_EXPORT(DotProduct);

std::int32_t dot_product(std::span<const std::int32_t> activations, std::span<const std::int16_t> weights, int shift) {
  return HWY_DYNAMIC_DISPATCH(DotProduct)(activations, weights, shift);
}

}  // namespace dense
#endif
