// Products of 16-bit values in 32-bit lanes. Compiled once for each instruction set, so this header has no include
// guard of the usual kind.
#if defined(SCNN_ROUNDED_PRODUCT_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SCNN_ROUNDED_PRODUCT_INL
#undef SCNN_ROUNDED_PRODUCT_INL
#else
#define SCNN_ROUNDED_PRODUCT_INL
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace pruning {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Products of pixels and one weight, both in -32767..32767, shifted right by 0 to 31 and rounded half up.
/// @tparam Words tag of vectors of std::int32_t
template <class Words>
class RoundedProduct {
 public:
  using Vector = hn::Vec<Words>;

  explicit RoundedProduct(int shift)
      : shift_(shift), half_(hn::Set(Words(), shift == 0 ? 0 : std::int32_t{1} << (shift - 1))) {}

  /// A weight as `operator()` takes it.
  static HWY_INLINE Vector weight(std::int32_t value) { return hn::Set(Words(), static_cast<std::uint16_t>(value)); }

  HWY_INLINE Vector operator()(Vector pixels, Vector weights) const {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
    // One instruction here, which multiplies halves and adds the products of neighbours, is cheaper than one on words.
    // The upper halves' product is zero, those of the weights being so.
    const hn::Repartition<std::int16_t, Words> halves;
    Vector unused = half_;
    const Vector sum = hn::ReorderWidenMulAccumulate(Words(), hn::BitCast(halves, pixels), hn::BitCast(halves, weights),
                                                     half_, unused);
#else
    const Vector sum = hn::Add(hn::Mul(pixels, hn::ShiftRight<16>(hn::ShiftLeft<16>(weights))), half_);
#endif
    return hn::ShiftRightSame(sum, shift_);
  }

 private:
  int shift_;
  Vector half_;
};

}  // namespace HWY_NAMESPACE
}  // namespace pruning
HWY_AFTER_NAMESPACE();

#endif
