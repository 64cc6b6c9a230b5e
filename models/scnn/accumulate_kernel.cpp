#include "models/scnn/accumulate_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/accumulate_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pruning/rounded_product-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::int32_t, accumulate_padding>;
using Product = pruning::HWY_NAMESPACE::RoundedProduct<Words>;

HWY_INLINE void add(hn::Vec<Words> products, std::int32_t* sums) {
  hn::StoreU(hn::Add(hn::LoadU(Words(), sums), products), Words(), sums);
}

void Accumulate(const AccumulateWork& work, std::int32_t* sums) {
  const Product product(work.shift);
  const std::size_t pixels = work.pixel_count;
  if (pixels <= hn::Lanes(Words())) {  // a plane of a single vector, as of small tiles
    const auto plane = hn::LoadU(Words(), work.pixels);
    for (const Multiplicand& weight : work.weights) {
      add(product(plane, Product::weight(weight.value)), sums + work.tap_distance[weight.tap]);
    }
    return;
  }
  for (const Multiplicand& weight : work.weights) {
    const auto value = Product::weight(weight.value);
    std::int32_t* const to = sums + work.tap_distance[weight.tap];
    for (std::size_t i = 0; i < pixels; i += hn::Lanes(Words())) {
      add(product(hn::LoadU(Words(), work.pixels + i), value), to + i);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(Accumulate);

void accumulate(const AccumulateWork& work, std::int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(Accumulate)(work, sums);
}

}  // namespace scnn
#endif
