// State of all accumulator banks in vector registers, one byte a bank. Compiled once for each instruction set, so this
// header has no include guard of the usual kind.
#if defined(SCNN_BANK_VECTORS_INL) == defined(HWY_TARGET_TOGGLE)
#ifdef SCNN_BANK_VECTORS_INL
#undef SCNN_BANK_VECTORS_INL
#else
#define SCNN_BANK_VECTORS_INL
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "models/scnn/bank_rows.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 32>;
using Words = hn::Repartition<std::uint64_t, Bytes>;
using Vector = hn::Vec<Bytes>;
using Sums = hn::Vec<Words>;

/// Vectors that hold all banks: a compile-time constant.
template <std::size_t n>
using Count = std::integral_constant<std::size_t, n>;

/// A type as a value, to be chosen at run time.
template <class T>
struct Choice {
  using Type = T;
};

HWY_INLINE constexpr std::size_t lanes_of_bytes() {
  return hn::MaxLanes(Bytes());
}

/// All ones in the lanes of vector `i` that stand for a bank.
HWY_INLINE Vector existing_banks(std::size_t banks, std::size_t i) {
  constexpr Bytes bytes;
  constexpr std::size_t lanes = lanes_of_bytes();
  const std::size_t before = std::min(banks, i * lanes);
  return hn::VecFromMask(bytes, hn::FirstN(bytes, std::min(lanes, banks - before)));
}

HWY_INLINE bool is_zero(Vector v) {
  return hn::AllTrue(Bytes(), hn::Eq(v, hn::Zero(Bytes())));
}

/// Calls `function` with the smallest power of two of vectors that holds the banks.
template <std::size_t count = 1, class Function>
auto with_vectors(std::size_t banks, Function function) {
  if constexpr (count * lanes_of_bytes() >= most_banks) {
    return function(Count<count>());
  } else {
    if (banks <= count * lanes_of_bytes()) return function(Count<count>());
    return with_vectors<2 * count>(banks, function);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#endif
