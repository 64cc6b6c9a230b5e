#include "models/scnn/bypass_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/bypass_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/scnn/bank_vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

/// Bypass registers of all banks in `count` vectors.
/// @tparam partial some lanes stand for no bank
/// @tparam single one register for each bank
template <std::size_t count, bool partial, bool single>
class Registers {
 public:
  static constexpr std::size_t lanes = lanes_of_bytes();

  Registers(std::size_t banks, std::size_t registers, std::uint8_t* held)
      : registers_(registers), held_(held), one_(hn::Set(bytes, 1)) {
    for (std::size_t i = 0; i < count; ++i) {
      exists_[i] = existing_banks(banks, i);
      last_[i] = hn::LoadU(bytes, held + i * lanes);
      misses_[i] = hn::Zero(bytes);
      total_[i] = hn::Zero(Words());
    }
  }

  /// Expects so many references to each bank at most: sums of misses are bytes.
  HWY_INLINE void expect(std::size_t references) {
    pending_ += references;
    if (HWY_LIKELY(pending_ < 256)) return;
    add_up();
    pending_ = references;
  }

  /// At most one reference to each bank. @param moved what the activation adds to entry numbers
  HWY_INLINE void refer(const std::uint8_t* numbers, const std::uint8_t* presence, Vector moved) {
    for (std::size_t i = 0; i < count; ++i) {
      const Vector entry = hn::Add(hn::LoadU(bytes, numbers + i * lanes), moved);
      Vector there = hn::LoadU(bytes, presence + i * lanes);
      if constexpr (partial) there = hn::And(there, exists_[i]);
      if constexpr (single) {
        const Vector missed = hn::And(hn::Xor(entry, last_[i]), there);  // zero if the register holds the entry
        misses_[i] = hn::Add(misses_[i], hn::Min(missed, one_));
        last_[i] = hn::IfVecThenElse(there, entry, last_[i]);
      } else {
        look_up(i, entry, there);
      }
    }
  }

  std::int64_t finish() {
    add_up();
    std::int64_t misses = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if constexpr (single) hn::StoreU(last_[i], bytes, held_ + i * lanes);
      misses += static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(Words(), total_[i])));
    }
    return misses;
  }

 private:
  /// Moves the entry to the front of its bank's registers, those before its old place back by one.
  HWY_INLINE void look_up(std::size_t i, Vector entry, Vector searching) {
    Vector moving = entry;
    for (std::size_t r = 0; r < registers_; ++r) {
      std::uint8_t* const place = held_ + r * most_banks + i * lanes;
      const Vector old = hn::LoadU(bytes, place);
      hn::StoreU(hn::IfVecThenElse(searching, moving, old), bytes, place);
      searching = hn::AndNot(hn::VecFromMask(bytes, hn::Eq(old, entry)), searching);
      moving = old;
    }
    misses_[i] = hn::Add(misses_[i], hn::Min(searching, one_));
  }

  void add_up() {
    for (std::size_t i = 0; i < count; ++i) {
      total_[i] = hn::Add(total_[i], hn::SumsOf8(misses_[i]));
      misses_[i] = hn::Zero(bytes);
    }
    pending_ = 0;
  }

  static constexpr Bytes bytes{};
  std::size_t registers_;
  std::uint8_t* held_;
  Vector one_;
  Vector exists_[count];
  Vector last_[count];    ///< entry in the only register
  Vector misses_[count];  ///< not yet in `total_`
  Sums total_[count];
  std::size_t pending_ = 0;
};

/// References of one block.
/// @tparam width of a vector, if it is known when this is compiled; 0: the work's
template <std::size_t width, class Registers>
HWY_INLINE void refer_block(Registers& registers, const IssueWork& work, const IssueBlock& block,
                            const ReferenceRows& references, const std::uint8_t* entry_numbers) {
  const std::size_t size = width > 0 ? width : work.width;
  const std::size_t class_bytes = references.class_bytes;
  const std::uint8_t* const first_entry = references.rows + block.first_entry * 2 * class_bytes;
  const std::uint16_t* const layer_counts = references.layer_counts + block.first_entry;
  const std::uint32_t* offsets = work.offsets + block.first_place;
  entry_numbers += block.first_place;
  for (std::size_t v = 0; v < block.vectors; ++v, offsets += size, entry_numbers += size) {
    Vector moved[width > 0 ? width : 1];
    for (std::size_t a = 0; a < width; ++a) moved[a] = hn::Set(Bytes(), entry_numbers[a]);
    const auto refer = [&](const std::uint8_t* layer, std::size_t a) HWY_ATTR {
      const std::uint8_t* const numbers = layer + offsets[a];
      if constexpr (width > 0) {
        registers.refer(numbers, numbers + class_bytes, moved[a]);
      } else {
        registers.refer(numbers, numbers + class_bytes, hn::Set(Bytes(), entry_numbers[a]));
      }
    };
    const std::uint8_t* entry = first_entry;
    for (std::size_t e = 0; e < block.entries; ++e, entry += 2 * class_bytes) {
      const std::size_t layers = layer_counts[e];
      registers.expect(layers * size);
      if (HWY_LIKELY(layers == 1)) {
        for (std::size_t a = 0; a < size; ++a) refer(entry, a);
      } else {
        for (std::size_t a = 0; a < size; ++a) {
          for (std::size_t l = 0; l < layers; ++l) refer(entry + l * references.layer_bytes, a);
        }
      }
    }
  }
}

template <std::size_t width, class Registers>
std::int64_t count_with(const IssueWork& work, const ReferenceRows& references, const std::uint8_t* entry_numbers,
                        std::size_t banks, std::size_t register_count, std::uint8_t* held) {
  Registers registers(banks, register_count, held);
  for (const IssueBlock& block : work.blocks) {
    refer_block<width>(registers, work, block, references, entry_numbers);
  }
  return registers.finish();
}

std::int64_t CountBypassMisses(const IssueWork& work, const ReferenceRows& references,
                               const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                               std::uint8_t* held) {
  return with_vectors(banks, [&](auto vectors) {
    constexpr std::size_t count = decltype(vectors)::value;
    const bool partial = banks < count * lanes_of_bytes();
    const auto run = [&](auto kind) {
      using Chosen = typename decltype(kind)::Type;
      return work.width == 4 ? count_with<4, Chosen>(work, references, entry_numbers, banks, registers, held)
                             : count_with<0, Chosen>(work, references, entry_numbers, banks, registers, held);
    };
    if (registers > 1) return run(Choice<Registers<count, true, false>>());
    return partial ? run(Choice<Registers<count, true, true>>()) : run(Choice<Registers<count, false, true>>());
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(CountBypassMisses);

std::int64_t count_bypass_misses(const IssueWork& work, const ReferenceRows& references,
                                 const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                                 std::uint8_t* held) {
  return HWY_DYNAMIC_DISPATCH(CountBypassMisses)(work, references, entry_numbers, banks, registers, held);
}

}  // namespace scnn
#endif
