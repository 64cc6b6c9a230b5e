#include "models/scnn/table_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/table_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// One row of every entry.
/// @param plane rows of single weights, by tap
/// @param row of the first entry; those of the others follow at distances of `entry_bytes`
/// @tparam fixed_width weights of an entry, if known when this is compiled; 0: `width`
/// @tparam fixed_bytes likewise of a row
template <std::size_t fixed_width, std::size_t fixed_bytes>
HWY_INLINE void sum_plane(std::span<const std::uint32_t> taps, std::size_t width, const std::uint8_t* plane,
                          std::size_t row_bytes, std::uint8_t* row, std::size_t entry_bytes) {
  constexpr hn::CappedTag<std::uint8_t, 64> bytes;
  if constexpr (fixed_width > 0) width = fixed_width;
  if constexpr (fixed_bytes > 0) row_bytes = fixed_bytes;
  const std::uint32_t* const end = taps.data() + taps.size();
  for (const std::uint32_t* entry = taps.data(); entry < end; entry += width, row += entry_bytes) {
    for (std::size_t at = 0; at < row_bytes; at += hn::Lanes(bytes)) {
      auto sum = hn::LoadU(bytes, plane + entry[0] * row_bytes + at);
      for (std::size_t i = 1; i < width; ++i) sum = hn::Add(sum, hn::LoadU(bytes, plane + entry[i] * row_bytes + at));
      hn::StoreU(sum, bytes, row + at);
    }
  }
}

void SumEntries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* row) {
  const std::size_t row_bytes = tap_rows.row_bytes;
  const std::size_t entry_bytes = tap_rows.kinds * (tap_rows.classes + 1) * row_bytes;
  const std::uint8_t* plane = tap_rows.bytes;
  for (std::size_t kind = 0; kind < tap_rows.kinds; ++kind, row += row_bytes) {
    for (std::size_t c = 0; c < tap_rows.classes; ++c, row += row_bytes, plane += tap_rows.taps * row_bytes) {
      if (width == 4 && row_bytes == 64) {  // the usual numbers
        sum_plane<4, 64>(taps, width, plane, row_bytes, row, entry_bytes);
      } else {
        sum_plane<0, 0>(taps, width, plane, row_bytes, row, entry_bytes);
      }
    }
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
