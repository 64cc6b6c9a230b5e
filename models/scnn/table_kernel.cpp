#include "models/scnn/table_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/table_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using TableBytes = hn::CappedTag<std::uint8_t, 64>;
using TableVector = hn::Vec<TableBytes>;

/// Calls `write(load, row, width)` for every vector of the rows of every entry in every class: `load(i)` is what weight
/// `i` of the entry has there.
/// @tparam fixed_width weights of an entry, if known when this is compiled; 0: `width`
/// @tparam fixed_bytes likewise of a row
/// @param row of the first entry; those of the others follow at distances of `entry_bytes`
template <std::size_t fixed_width, std::size_t fixed_bytes, class Write>
HWY_INLINE void for_each_row(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows,
                             std::size_t entry_bytes, std::uint8_t* rows, Write write) {
  constexpr TableBytes bytes;
  if constexpr (fixed_width > 0) width = fixed_width;
  const std::size_t row_bytes = fixed_bytes > 0 ? fixed_bytes : tap_rows.row_bytes;
  // What is written may lie anywhere, as far as the compiler knows: it would read all these again for every row.
  const std::uint8_t* const tap_row = tap_rows.rows;
  const std::size_t classes = tap_rows.classes;
  const std::size_t row_of_numbers = tap_rows.taps;
  const std::uint16_t* const all_numbers = tap_rows.numbers + row_of_numbers;
  const std::uint32_t* const end = taps.data() + taps.size();
  for (const std::uint32_t* entry = taps.data(); entry < end; entry += width, rows += entry_bytes) {
    std::size_t tap[fixed_width > 0 ? fixed_width : 1];
    for (std::size_t i = 0; i < fixed_width; ++i) tap[i] = entry[i];
    const std::uint16_t* numbers = all_numbers;
    std::uint8_t* row = rows + row_bytes;
    for (std::size_t c = 1; c < classes; ++c, numbers += row_of_numbers, row += row_bytes) {
      for (std::size_t at = 0; at < row_bytes; at += hn::Lanes(bytes)) {
        const auto load = [&](std::size_t i) HWY_ATTR {
          const std::size_t number = numbers[fixed_width > 0 ? tap[fixed_width > 0 ? i : 0] : entry[i]];
          return hn::LoadU(bytes, tap_row + number * row_bytes + at);
        };
        write(load, row + at, width);
      }
    }
  }
}

/// The same for the usual numbers and for others.
template <class Write>
HWY_INLINE void write_rows(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows,
                           std::size_t entry_bytes, std::uint8_t* rows, Write write) {
  if (width == 4 && tap_rows.row_bytes == 64) {
    for_each_row<4, 64>(taps, width, tap_rows, entry_bytes, rows, write);
  } else {
    for_each_row<0, 0>(taps, width, tap_rows, entry_bytes, rows, write);
  }
}

/// Bytes of the rows of an entry.
HWY_INLINE std::size_t class_bytes(const TapRows& tap_rows) {
  return tap_rows.classes * tap_rows.row_bytes;
}

/// The usual case: entries of 4 weights, rows of which one half is enough.
/// @tparam half_bytes of a row
template <std::size_t half_bytes>
void SumHalves(std::span<const std::uint32_t> taps, const TapRows& tap_rows, std::uint8_t* rows) {
  constexpr hn::CappedTag<std::uint8_t, 32> bytes;
  // What is written may lie anywhere, as far as the compiler knows: it would read all these again for every row.
  const std::uint8_t* const tap_row = tap_rows.rows;
  const std::size_t classes = tap_rows.classes;
  const std::size_t row_of_numbers = tap_rows.taps;
  const std::uint16_t* const all_numbers = tap_rows.numbers + row_of_numbers;
  const std::uint32_t* const end = taps.data() + taps.size();
  constexpr std::size_t row_bytes = 2 * half_bytes;
  for (const std::uint32_t* entry = taps.data(); entry < end; entry += 4, rows += classes * row_bytes) {
    const std::size_t tap[4] = {entry[0], entry[1], entry[2], entry[3]};
    const std::uint16_t* numbers = all_numbers;
    for (std::size_t c = 1; c < classes; ++c, numbers += row_of_numbers) {
      std::uint8_t* const row = rows + c * row_bytes;
      for (std::size_t at = 0; at < half_bytes; at += hn::Lanes(bytes)) {
        const auto load = [&](std::size_t i)
                              HWY_ATTR { return hn::LoadU(bytes, tap_row + numbers[tap[i]] * row_bytes + at); };
        const auto sum = hn::Add(hn::Add(load(0), load(1)), hn::Add(load(2), load(3)));
        hn::StoreU(sum, bytes, row + at);
        hn::StoreU(sum, bytes, row + half_bytes + at);
      }
    }
  }
}

void SumEntries(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows) {
  if (width == 4 && tap_rows.halves_equal) {
    if (tap_rows.row_bytes == 64) return SumHalves<32>(taps, tap_rows, rows);
    if (tap_rows.row_bytes == 128) return SumHalves<64>(taps, tap_rows, rows);
  }
  write_rows(taps, width, tap_rows, class_bytes(tap_rows), rows,
             [](auto load, std::uint8_t* row, std::size_t weights) HWY_ATTR {
               TableVector sum = load(0);
               for (std::size_t i = 1; i < weights; ++i) sum = hn::Add(sum, load(i));
               hn::StoreU(sum, TableBytes(), row);
             });
}

void FindEnds(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows) {
  const std::size_t last_row = class_bytes(tap_rows);
  write_rows(taps, width, tap_rows, 2 * last_row, rows,
             [last_row](auto load, std::uint8_t* row, std::size_t weights) HWY_ATTR {
               constexpr hn::RebindToSigned<TableBytes> signs;
               auto first = hn::BitCast(signs, load(0));
               auto last = first;
               for (std::size_t i = 1; i < weights; ++i) {
                 const auto next = hn::BitCast(signs, load(i));
                 first = hn::IfNegativeThenElse(first, first, next);
                 last = hn::IfNegativeThenElse(next, next, last);
               }
               hn::StoreU(hn::BitCast(TableBytes(), first), TableBytes(), row);
               hn::StoreU(hn::BitCast(TableBytes(), last), TableBytes(), row + last_row);
             });
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

HWY_EXPORT(FindEnds);

void find_ends(std::span<const std::uint32_t> taps, std::size_t width, const TapRows& tap_rows, std::uint8_t* rows) {
  HWY_DYNAMIC_DISPATCH(FindEnds)(taps, width, tap_rows, rows);
}

}  // namespace scnn
#endif
