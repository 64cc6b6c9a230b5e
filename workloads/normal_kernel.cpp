#include "workloads/normal_kernel.hpp"

#include <algorithm>
#include <numbers>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "workloads/normal_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace workloads {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Numbers = hn::CappedTag<double, draw_padding / 2>;
using Bits = hn::RebindToUnsigned<Numbers>;
using Vector = hn::Vec<Numbers>;

/// From -1 to 1.
HWY_INLINE Vector coordinate(hn::Vec<Bits> draws) {
  constexpr Numbers tag;
  const auto whole = hn::ConvertTo(tag, hn::BitCast(hn::RebindToSigned<Numbers>(), hn::ShiftRight<11>(draws)));
  const auto uniform = hn::Mul(hn::Add(whole, hn::Set(tag, 0.5)), hn::Set(tag, 0x1p-53));
  return hn::Sub(hn::Mul(hn::Set(tag, 2), uniform), hn::Set(tag, 1));
}

/// The same operations as `natural_logarithm`.
HWY_INLINE Vector logarithm(Vector x) {
  constexpr Numbers tag;
  constexpr Bits bits_tag;
  constexpr hn::RebindToSigned<Numbers> whole_tag;
  constexpr std::uint64_t digits = (std::uint64_t{1} << 52) - 1;
  constexpr std::uint64_t half_exponent = std::uint64_t{1022} << 52;
  const auto one = hn::Set(tag, 1);
  const auto bits = hn::BitCast(bits_tag, x);
  const auto half_to_one =
      hn::BitCast(tag, hn::Or(hn::And(bits, hn::Set(bits_tag, digits)), hn::Set(bits_tag, half_exponent)));
  const auto small = hn::Lt(half_to_one, hn::Set(tag, std::numbers::sqrt2 / 2));
  const auto mantissa = hn::IfThenElse(small, hn::Mul(hn::Set(tag, 2), half_to_one), half_to_one);
  const auto power = hn::BitCast(whole_tag, hn::Sub(hn::ShiftRight<52>(bits), hn::Set(bits_tag, 1022)));
  const auto exponent = hn::Sub(hn::ConvertTo(tag, power), hn::IfThenElseZero(small, one));
  const auto z = hn::Div(hn::Sub(mantissa, one), hn::Add(mantissa, one));
  auto series = hn::Zero(tag);
  for (int odd = 23; odd >= 1; odd -= 2) {
    series = hn::Add(hn::Mul(hn::Mul(series, z), z), hn::Set(tag, 1.0 / odd));
  }
  return hn::Add(hn::Mul(hn::Mul(hn::Set(tag, 2), z), series), hn::Mul(exponent, hn::Set(tag, std::numbers::ln2)));
}

std::size_t NormalPairs(const std::uint64_t* draws, std::size_t points, double* values) {
  constexpr Numbers tag;
  constexpr Bits bits_tag;
  const std::size_t lanes = hn::Lanes(tag);
  double u[most_points + draw_padding];
  double v[most_points + draw_padding];
  double square[most_points + draw_padding];
  for (std::size_t i = 0; i < points; i += lanes) {
    hn::Vec<Bits> first;
    hn::Vec<Bits> second;
    hn::LoadInterleaved2(bits_tag, draws + 2 * i, first, second);
    const Vector x = coordinate(first);
    const Vector y = coordinate(second);
    hn::StoreU(x, tag, u + i);
    hn::StoreU(y, tag, v + i);
    hn::StoreU(hn::Add(hn::Mul(x, x), hn::Mul(y, y)), tag, square + i);
  }
  // Which points are within cannot be predicted: write each, and the next one over one that is not.
  std::size_t within = 0;
  for (std::size_t i = 0; i < points; ++i) {
    const double sum = square[i];
    u[within] = u[i];
    v[within] = v[i];
    square[within] = sum;
    within += static_cast<std::size_t>(sum < 1) & static_cast<std::size_t>(sum != 0);
  }
  for (std::size_t i = 0; i < within; i += lanes) {
    const Vector sum = hn::LoadU(tag, square + i);
    const Vector factor = hn::Sqrt(hn::Div(hn::Mul(hn::Set(tag, -2), logarithm(sum)), sum));
    const Vector x = hn::Mul(hn::LoadU(tag, u + i), factor);
    const Vector y = hn::Mul(hn::LoadU(tag, v + i), factor);
    if (i + lanes <= within) {
      hn::StoreInterleaved2(x, y, tag, values + 2 * i);
    } else {
      double last[draw_padding];
      hn::StoreInterleaved2(x, y, tag, last);
      std::copy_n(last, 2 * (within - i), values + 2 * i);
    }
  }
  return within;
}

}  // namespace HWY_NAMESPACE
}  // namespace workloads
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace workloads {

HWY_EXPORT(NormalPairs);

std::size_t normal_pairs(const std::uint64_t* draws, std::size_t points, double* values) {
  return HWY_DYNAMIC_DISPATCH(NormalPairs)(draws, points, values);
}

}  // namespace workloads
#endif
