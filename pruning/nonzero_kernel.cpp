#include "pruning/nonzero_kernel.hpp"

#include "pruning/compressed_stream.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pruning/nonzero_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace pruning {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Numbers = hn::CappedTag<std::uint32_t, PositionRows::padding>;
using Values = hn::Rebind<std::int16_t, Numbers>;

/// @return elements
HWY_INLINE std::size_t store_row(const std::int16_t* row, std::size_t row_size, const std::uint32_t* position_numbers,
                                 std::int16_t* values, std::uint32_t* numbers) {
  std::size_t count = 0;
#if HWY_TARGET <= HWY_AVX3
  constexpr Numbers number_tag;
  constexpr Values value_tag;
  constexpr hn::RebindToSigned<Numbers> wide_tag;
  for (std::size_t i = 0; i < row_size; i += hn::Lanes(number_tag)) {
    const auto value = hn::LoadU(value_tag, row + i);
    const auto stored = hn::Ne(value, hn::Zero(value_tag));
    const auto number_stored = hn::RebindMask(number_tag, hn::Ne(hn::PromoteTo(wide_tag, value), hn::Zero(wide_tag)));
    hn::StoreU(hn::Compress(value, stored), value_tag, values + count);
    hn::StoreU(hn::Compress(hn::LoadU(number_tag, position_numbers + i), number_stored), number_tag, numbers + count);
    count += hn::CountTrue(value_tag, stored);
  }
#else
  // Processors without such an instruction would take tables, which the compiler copies for every vector. Where the
  // values are cannot be predicted: write each, and the next one over a zero.
  for (std::size_t i = 0; i < row_size; ++i) {
    values[count] = row[i];
    numbers[count] = position_numbers[i];
    count += row[i] != 0 ? 1 : 0;
  }
#endif
  return count;
}

/// Fills up the last entry; what is behind it does not matter.
HWY_INLINE void pad_entry(const EntryLanes& lanes, std::int16_t* values, std::uint32_t* numbers) {
  constexpr Numbers number_tag;
  for (std::size_t i = 0; i < lanes.width; i += hn::Lanes(number_tag)) {
    hn::StoreU(hn::Zero(Values()), Values(), values + i);
    hn::StoreU(hn::Set(number_tag, lanes.nothing), number_tag, numbers + i);
  }
}

std::size_t StoreNonzeros(const PositionRows& rows, std::size_t streams, const EntryLanes& all_lanes, int index_bits,
                          std::uint32_t* elements) {
  // What is stored may lie anywhere, as far as the compiler knows: it would read all these again for every stream.
  const EntryLanes lanes = all_lanes;
  const std::uint32_t* const position_numbers = rows.numbers;
  const std::size_t row_size = rows.row_size();
  const bool every_run_fits = rows.positions <= static_cast<std::size_t>(longest_run_of(index_bits)) + 1;
  const std::int16_t* row = rows.values;
  std::int16_t* values = lanes.values;
  std::uint32_t* numbers = lanes.numbers;
  for (std::size_t stream = 0; stream < streams; ++stream, row += row_size) {
    const std::size_t count = store_row(row, row_size, position_numbers, values, numbers);
    if (!every_run_fits && !runs_fit({numbers, count}, position_numbers[0], index_bits)) return stream;
    pad_entry(lanes, values + count, numbers + count);
    elements[stream] = static_cast<std::uint32_t>(count);
    const std::size_t room = lanes.entries_of[count] * lanes.width;
    values += room;
    numbers += room;
  }
  return streams;
}

}  // namespace HWY_NAMESPACE
}  // namespace pruning
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace pruning {

HWY_EXPORT(StoreNonzeros);

std::size_t store_nonzeros(const PositionRows& rows, std::size_t streams, const EntryLanes& lanes, int index_bits,
                           std::uint32_t* elements) {
  return HWY_DYNAMIC_DISPATCH(StoreNonzeros)(rows, streams, lanes, index_bits, elements);
}

}  // namespace pruning
#endif
