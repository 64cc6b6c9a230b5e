#include "workloads/shifted_sum.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/shifted_sum.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace workloads {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <bool magnitudes>
void add(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight, int shift) {
  const hn::ScalableTag<std::int32_t> words;
  const hn::Rebind<std::int16_t, decltype(words)> halves;
  const std::size_t lanes = hn::Lanes(words);
  const std::int32_t half = shift == 0 ? 0 : std::int32_t{1} << (shift - 1);
  const auto weights = hn::Set(words, weight);
  const auto rounding = hn::Set(words, half);
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto product = hn::Mul(weights, hn::PromoteTo(words, hn::LoadU(halves, pixels + i)));
    const auto term = hn::ShiftRightSame(hn::Add(product, rounding), shift);
    hn::StoreU(hn::Add(hn::LoadU(words, sums + i), magnitudes ? hn::Abs(term) : term), words, sums + i);
  }
  for (; i < count; ++i) {
    const std::int32_t term = (std::int32_t{weight} * pixels[i] + half) >> shift;
    sums[i] += magnitudes && term < 0 ? -term : term;
  }
}

void AddProducts(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight, int shift) {
  add<false>(sums, pixels, count, weight, shift);
}

void AddMagnitudes(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight, int shift) {
  add<true>(sums, pixels, count, weight, shift);
}

}  // namespace HWY_NAMESPACE
}  // namespace workloads
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace workloads {

HWY_EXPORT(AddProducts);
HWY_EXPORT(AddMagnitudes);

void add_shifted_products(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight,
                          int shift) {
  HWY_DYNAMIC_DISPATCH(AddProducts)(sums, pixels, count, weight, shift);
}

void add_shifted_magnitudes(std::int32_t* sums, const std::int16_t* pixels, std::size_t count, std::int16_t weight,
                            int shift) {
  HWY_DYNAMIC_DISPATCH(AddMagnitudes)(sums, pixels, count, weight, shift);
}

}  // namespace workloads
#endif
