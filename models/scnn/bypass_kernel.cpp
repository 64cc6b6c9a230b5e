#include "models/scnn/bypass_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/bypass_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/scnn/bank_vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

using SignedBytes = hn::RebindToSigned<Bytes>;

/// All ones where `v` is a reference.
HWY_INLINE Vector is_reference(Vector v) {
  return hn::BitCast(Bytes(), hn::BroadcastSignBit(hn::BitCast(SignedBytes(), v)));
}

/// `v` where it is a reference, else `other`.
HWY_INLINE Vector reference_or(Vector v, Vector other) {
  const auto in_signed = hn::BitCast(SignedBytes(), v);
  return hn::BitCast(Bytes(), hn::IfNegativeThenElse(in_signed, in_signed, hn::BitCast(SignedBytes(), other)));
}

/// Hits of all banks in `count` vectors.
template <std::size_t count>
class Hits {
 public:
  Hits() {
    for (std::size_t i = 0; i < count; ++i) {
      pending_[i] = hn::Zero(Bytes());
      total_[i] = hn::Zero(Words());
    }
  }

  /// Expects so many hits of each bank at most, fewer than 256: they are summed as bytes.
  HWY_INLINE void expect(std::size_t hits) {
    expected_ += hits;
    if (HWY_LIKELY(expected_ < 256)) return;
    add_up();
    expected_ = hits;
  }

  /// @param found all ones where a bank has a hit
  HWY_INLINE void add(std::size_t i, Vector found) { pending_[i] = hn::Sub(pending_[i], found); }

  [[nodiscard]] std::int64_t sum() {
    add_up();
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      sum += static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(Words(), total_[i])));
    }
    return sum;
  }

 private:
  void add_up() {
    for (std::size_t i = 0; i < count; ++i) {
      total_[i] = hn::Add(total_[i], hn::SumsOf8(pending_[i]));
      pending_[i] = hn::Zero(Bytes());
    }
  }

  Vector pending_[count];
  Sums total_[count];
  std::size_t expected_ = 0;
};

/// An entry of weights.
struct Entry {
  std::size_t place;
  std::size_t at;  ///< where its rows begin
};

// NOLINTNEXTLINE(*member-init): an array of these is filled as far as it is read
struct ActivationPlace {
  const std::uint8_t* rows;  ///< of the entry in the first place, where the activation's begin
  std::uint32_t offset;      ///< of these in an entry's
  Vector moved;              ///< added to entry numbers
};

/// One register for each bank, in `count` vectors.
/// @tparam partial some lanes stand for no bank
template <std::size_t count, bool partial>
class SingleRegisters {
 public:
  SingleRegisters(const ReferenceRows& references, std::size_t banks, std::size_t /*registers*/)
      : class_bytes_(references.class_bytes) {
    for (std::size_t i = 0; i < count; ++i) exists_[i] = existing_banks(banks, i);
  }

  /// Takes the registers of a PE.
  HWY_INLINE void load(std::uint8_t* held) {
    for (std::size_t i = 0; i < count; ++i) last_[i] = hn::LoadU(Bytes(), held + i * lanes);
  }

  /// Puts them back.
  HWY_INLINE void store(std::uint8_t* held) const {
    for (std::size_t i = 0; i < count; ++i) hn::StoreU(last_[i], Bytes(), held + i * lanes);
  }

  /// Weights of one entry never refer to the same partial sum, so of those that refer to a bank only the first can find
  /// its own in the register, and the last one's stays there.
  HWY_INLINE void refer(const ActivationPlace& activation, const Entry& entry) {
    for (std::size_t i = 0; i < count; ++i) {
      const Vector first = at_banks(activation, entry.at, i);
      const Vector last = at_banks(activation, entry.at + class_bytes_, i);
      hits_.add(i, hn::VecFromMask(Bytes(), hn::Eq(first, last_[i])));
      last_[i] = reference_or(last, last_[i]);
    }
  }

  HWY_INLINE void expect(std::size_t activations) { hits_.expect(activations); }

  [[nodiscard]] std::int64_t hits() { return hits_.sum(); }

 private:
  static constexpr std::size_t lanes = lanes_of_bytes();

  HWY_INLINE Vector at_banks(const ActivationPlace& activation, std::size_t at, std::size_t i) const {
    const Vector v = hn::Add(hn::LoadU(Bytes(), activation.rows + at + i * lanes), activation.moved);
    if constexpr (partial) return hn::And(v, exists_[i]);
    return v;
  }

  std::size_t class_bytes_;
  Vector exists_[count];
  Vector last_[count];
  Hits<count> hits_;
};

/// Several registers for each bank: the references of an entry one after another.
template <std::size_t count>
class SeveralRegisters {
 public:
  SeveralRegisters(const ReferenceRows& references, std::size_t banks, std::size_t registers)
      : references_(references), registers_(registers) {
    for (std::size_t i = 0; i < count; ++i) exists_[i] = existing_banks(banks, i);
  }

  /// They stay in memory.
  void load(std::uint8_t* held) { held_ = held; }
  void store(std::uint8_t* /*held*/) const {}

  HWY_INLINE void refer(const ActivationPlace& activation, const Entry& entry) {
    if (references_.repeats[entry.place] == 0) {
      look_up(activation.rows + entry.at, activation.moved);
      return;
    }
    const std::size_t row_of_first = entry.place * references_.weights;
    for (std::size_t w = 0; w < references_.weights; ++w) {
      look_up(references_.weight_rows + (row_of_first + w) * references_.class_bytes + activation.offset,
              activation.moved);
    }
  }

  HWY_INLINE void expect(std::size_t activations) { hits_.expect(activations * references_.weights); }

  [[nodiscard]] std::int64_t hits() { return hits_.sum(); }

 private:
  static constexpr std::size_t lanes = lanes_of_bytes();

  /// At most one reference to each bank, which moves to the front of its bank's registers, those before its old place
  /// back by one.
  HWY_INLINE void look_up(const std::uint8_t* row, Vector moved) {
    for (std::size_t i = 0; i < count; ++i) {
      const Vector entry = hn::Add(hn::LoadU(Bytes(), row + i * lanes), moved);
      const Vector refers = hn::And(is_reference(entry), exists_[i]);
      Vector searching = refers;
      Vector moving = entry;
      for (std::size_t r = 0; r < registers_; ++r) {
        std::uint8_t* const place = held_ + r * most_banks + i * lanes;
        const Vector old = hn::LoadU(Bytes(), place);
        hn::StoreU(hn::IfVecThenElse(searching, moving, old), Bytes(), place);
        searching = hn::AndNot(hn::VecFromMask(Bytes(), hn::Eq(old, entry)), searching);
        moving = old;
      }
      hits_.add(i, hn::AndNot(searching, refers));
    }
  }

  const ReferenceRows& references_;
  std::size_t registers_;
  std::uint8_t* held_ = nullptr;
  Vector exists_[count];
  Hits<count> hits_;
};

/// Activations of a vector.
/// @tparam width of a vector, if it is known when this is compiled; 0: `size`
template <std::size_t width, class Registers>
HWY_INLINE void refer_vector(Registers& registers, const SegmentIssues& issues, const ReferenceRows& references,
                             const std::uint32_t* offsets, const std::uint8_t* entry_numbers, std::size_t size) {
  if constexpr (width > 0) size = width;
  const std::size_t entry_bytes = 2 * references.class_bytes;
  const auto activation = [&](std::size_t a) HWY_ATTR {
    return ActivationPlace{references.rows + offsets[a], offsets[a], hn::Set(Bytes(), entry_numbers[a])};
  };
  ActivationPlace activations[width > 0 ? width : 1];
  for (std::size_t a = 0; a < width; ++a) activations[a] = activation(a);
  Entry entry{issues.first_entry, issues.first_entry * entry_bytes};
  for (std::size_t left = issues.entries; left > 0; --left, ++entry.place, entry.at += entry_bytes) {
    registers.expect(size);
    for (std::size_t a = 0; a < size; ++a)
      registers.refer(width > 0 ? activations[width > 0 ? a : 0] : activation(a), entry);
  }
}

template <std::size_t width, class Registers>
std::int64_t count_with(const SegmentIssues& issues, const ReferenceRows& references, const std::uint8_t* entry_numbers,
                        std::size_t banks, std::size_t register_count, std::uint8_t* held) {
  Registers registers(references, banks, register_count);
  std::size_t place = 0;
  const auto refer = [&](auto known, std::size_t size) HWY_ATTR {
    refer_vector<decltype(known)::value>(registers, issues, references, issues.offsets + place, entry_numbers + place,
                                         size);
    place += issues.width;
  };
  for (const Share& share : issues.shares) {
    std::uint8_t* const of_pe = held + share.pe * register_count * most_banks;
    registers.load(of_pe);
    for (std::size_t left = share.full_vectors(); left > 0; --left) refer(Count<width>(), issues.width);
    if (share.rest > 0) {
      if (width == 4 && share.rest == 1) {
        refer(Count<1>(), 1);
      } else if (width == 4 && share.rest == 2) {
        refer(Count<2>(), 2);
      } else {
        refer(Count < width == 4 ? 3 : 0 > (), share.rest);
      }
    }
    registers.store(of_pe);
  }
  return registers.hits();
}

std::int64_t CountBypassHits(const SegmentIssues& issues, const ReferenceRows& references,
                             const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                             std::uint8_t* held) {
  return with_vectors(banks, [&](auto vectors) {
    constexpr std::size_t count = decltype(vectors)::value;
    const bool partial = banks < count * lanes_of_bytes();
    const auto run = [&](auto kind) {
      using Chosen = typename decltype(kind)::Type;
      return issues.width == 4 ? count_with<4, Chosen>(issues, references, entry_numbers, banks, registers, held)
                               : count_with<0, Chosen>(issues, references, entry_numbers, banks, registers, held);
    };
    if (references.weight_rows != nullptr) return run(Choice<SeveralRegisters<count>>());
    return partial ? run(Choice<SingleRegisters<count, true>>()) : run(Choice<SingleRegisters<count, false>>());
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(CountBypassHits);

std::int64_t count_bypass_hits(const SegmentIssues& issues, const ReferenceRows& references,
                               const std::uint8_t* entry_numbers, std::size_t banks, std::size_t registers,
                               std::uint8_t* held) {
  return HWY_DYNAMIC_DISPATCH(CountBypassHits)(issues, references, entry_numbers, banks, registers, held);
}

}  // namespace scnn
#endif
