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

template <class Words>
using Product = pruning::HWY_NAMESPACE::RoundedProduct<Words>;

template <class Words>
HWY_INLINE void add(Words words, hn::Vec<Words> products, std::int32_t* sums) {
  hn::StoreU(hn::Add(hn::LoadU(words, sums), products), words, sums);
}

/// A plane of many vectors, the last perhaps not full.
template <class Words>
HWY_INLINE void add_vectors(Words words, const AccumulateBlock& block, const std::int32_t* tap_distance, int shift) {
  const Product<Words> product(shift);
  for (const Multiplicand& weight : block.weights) {
    const auto value = Product<Words>::weight(weight.value);
    std::int32_t* const to = block.sums + tap_distance[weight.tap];
    for (std::size_t i = 0; i < block.pixel_count; i += hn::Lanes(words)) {
      add(words, product(hn::LoadU(words, block.pixels + i), value), to + i);
    }
  }
}

/// A plane of a single vector, as of small tiles.
template <class Words>
HWY_INLINE void add_vector(Words words, const AccumulateBlock& block, const std::int32_t* tap_distance, int shift) {
  const Product<Words> product(shift);
  const auto plane = hn::LoadU(words, block.pixels);
  for (const Multiplicand& weight : block.weights) {
    add(words, product(plane, Product<Words>::weight(weight.value)), block.sums + tap_distance[weight.tap]);
  }
}

void Accumulate(std::span<const AccumulateBlock> blocks, const std::int32_t* tap_distance, int shift) {
  // Vectors no longer than a small plane needs: those of successive weights overlap less, and fewer cross cache lines.
  constexpr hn::CappedTag<std::int32_t, accumulate_padding> whole;
  constexpr hn::CappedTag<std::int32_t, accumulate_padding / 2> half;
  constexpr hn::CappedTag<std::int32_t, accumulate_padding / 4> quarter;
  for (const AccumulateBlock& block : blocks) {
    if (block.pixel_count <= hn::Lanes(quarter)) {
      add_vector(quarter, block, tap_distance, shift);
    } else if (block.pixel_count <= hn::Lanes(half)) {
      add_vector(half, block, tap_distance, shift);
    } else if (block.pixel_count <= hn::Lanes(whole)) {
      add_vector(whole, block, tap_distance, shift);
    } else {
      add_vectors(whole, block, tap_distance, shift);
    }
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(Accumulate);

void accumulate(std::span<const AccumulateBlock> blocks, const std::int32_t* tap_distance, int shift) {
  HWY_DYNAMIC_DISPATCH(Accumulate)(blocks, tap_distance, shift);
}

}  // namespace scnn
#endif
