#include "models/scnn/lockstep_kernel.hpp"

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
