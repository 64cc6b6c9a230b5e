#include "models/scnn/table_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/table_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// Calls `sum(plane, row)` for each class of each kind: where the rows of its taps begin, and where their sum goes.
/// @return behind the last
template <class Sum>
HWY_INLINE std::uint8_t* for_each_plane(const TapRows& tap_rows, std::uint8_t* row, Sum sum) {
  const std::uint8_t* plane = tap_rows.bytes;
  for (std::size_t kind = 0; kind < tap_rows.kinds; ++kind) {
    for (std::size_t c = 0; c < tap_rows.classes; ++c) {
      sum(plane, row);
      plane += tap_rows.taps * tap_rows.row_bytes;
      row += tap_rows.row_bytes;
    }
    row += tap_rows.row_bytes;
  }
  return row;
}

/// Sums of the rows of an entry's taps. @return behind the last
HWY_INLINE std::uint8_t* sum_rows(const std::uint32_t* taps, std::size_t size, const TapRows& tap_rows,
                                  std::uint8_t* row) {
  constexpr hn::CappedTag<std::uint8_t, 64> bytes;
  const std::size_t row_bytes = tap_rows.row_bytes;
  if (size == 4) {  // the usual number
    const std::size_t a = taps[0] * row_bytes;
    const std::size_t b = taps[1] * row_bytes;
    const std::size_t c = taps[2] * row_bytes;
    const std::size_t d = taps[3] * row_bytes;
    return for_each_plane(tap_rows, row, [&](const std::uint8_t* plane, std::uint8_t* to) HWY_ATTR {
      for (std::size_t at = 0; at < row_bytes; at += hn::Lanes(bytes)) {
        const auto ab = hn::Add(hn::LoadU(bytes, plane + a + at), hn::LoadU(bytes, plane + b + at));
        const auto cd = hn::Add(hn::LoadU(bytes, plane + c + at), hn::LoadU(bytes, plane + d + at));
        hn::StoreU(hn::Add(ab, cd), bytes, to + at);
      }
    });
  }
  return for_each_plane(tap_rows, row, [&](const std::uint8_t* plane, std::uint8_t* to) HWY_ATTR {
    for (std::size_t at = 0; at < row_bytes; at += hn::Lanes(bytes)) {
      auto sum = hn::Zero(bytes);
      for (std::size_t i = 0; i < size; ++i) sum = hn::Add(sum, hn::LoadU(bytes, plane + taps[i] * row_bytes + at));
      hn::StoreU(sum, bytes, to + at);
    }
  });
}

void SumEntries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* row) {
  for (std::size_t begin = 0; begin < taps.size(); begin += width) {
    row = sum_rows(taps.data() + begin, width, tap_rows, row);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(SumEntries);

void sum_entries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows) {
  HWY_DYNAMIC_DISPATCH(SumEntries)(taps, width, tap_rows, rows);
}

}  // namespace scnn
#endif
