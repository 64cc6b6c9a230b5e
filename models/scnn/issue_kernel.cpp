#include "models/scnn/issue_kernel.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/issue_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<std::uint8_t, 32>;
using Vector = hn::Vec<Bytes>;
using Sums = hn::Vec<hn::Repartition<std::uint64_t, Bytes>>;

/// All ones in the lanes of vector `i` that stand for a bank.
HWY_INLINE Vector existing_banks(std::size_t banks, std::size_t i) {
  constexpr Bytes bytes;
  constexpr std::size_t lanes = hn::MaxLanes(bytes);
  const std::size_t before = std::min(banks, i * lanes);
  return hn::VecFromMask(bytes, hn::FirstN(bytes, std::min(lanes, banks - before)));
}

/// The state of all banks in `count` registers.
template <std::size_t count>
class Crossbar {
 public:
  static constexpr std::size_t lanes = hn::MaxLanes(Bytes());

  Crossbar(const CrossbarShape& shape, CrossbarOccupancy& occupancy)
      : occupancy_(occupancy),
        one_(hn::Set(bytes, 1)),
        depth_(hn::Set(bytes, shape.queue_depth)),
        writes_(hn::Set(bytes, shape.bank_writes)) {
    for (std::size_t i = 0; i < count; ++i) {
      queued_[i] = hn::Load(bytes, occupancy.queued + i * lanes);
      in_lanes_[i] = hn::Load(bytes, occupancy.in_lanes + i * lanes);
      exists_[i] = existing_banks(shape.banks, i);
      products_[i] = hn::Zero(hn::Repartition<std::uint64_t, Bytes>());
    }
  }

  /// Cycles until the lanes are empty, then one issue of the counts that `row(i)` yields.
  template <class Rows>
  HWY_INLINE void issue(Rows rows) {
    Vector all[count];
    Vector blocked = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      queued_[i] = hn::SaturatedSub(queued_[i], one_);
      all[i] = hn::Add(queued_[i], in_lanes_[i]);
      blocked = hn::Or(blocked, hn::Or(hn::SaturatedSub(all[i], depth_), hn::SaturatedSub(in_lanes_[i], writes_)));
    }
    if (HWY_UNLIKELY(!is_zero(blocked))) {
      while (!move_lanes()) {
        ++conflicts_;
        retire();
      }
    } else {
      for (std::size_t i = 0; i < count; ++i) queued_[i] = all[i];
    }
    for (std::size_t i = 0; i < count; ++i) {
      in_lanes_[i] = hn::And(rows(i), exists_[i]);
      products_[i] = hn::Add(products_[i], hn::SumsOf8(in_lanes_[i]));
    }
  }

  /// Cycles without an issue.
  void idle(std::int64_t cycles) {
    bool lanes_empty = false;
    for (; cycles > 0 && !lanes_empty; --cycles) {
      retire();
      lanes_empty = move_lanes();
    }
    // With empty lanes each cycle takes one product from every queue.
    const Vector rest = hn::Set(bytes, static_cast<std::uint8_t>(cycles < 255 ? cycles : 255));
    for (std::size_t i = 0; i < count; ++i) queued_[i] = hn::SaturatedSub(queued_[i], rest);
  }

  [[nodiscard]] bool empty() const {
    Vector waiting = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) waiting = hn::Or(waiting, hn::Or(queued_[i], in_lanes_[i]));
    return is_zero(waiting);
  }

  IssueCounts finish() {
    IssueCounts result;
    result.conflicts = conflicts_;
    for (std::size_t i = 0; i < count; ++i) {
      hn::Store(queued_[i], bytes, occupancy_.queued + i * lanes);
      hn::Store(in_lanes_[i], bytes, occupancy_.in_lanes + i * lanes);
      const hn::Repartition<std::uint64_t, Bytes> words;
      result.products += static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(words, products_[i])));
    }
    return result;
  }

 private:
  static HWY_INLINE bool is_zero(Vector v) { return hn::AllTrue(Bytes(), hn::Eq(v, hn::Zero(Bytes()))); }

  void retire() {
    for (std::size_t i = 0; i < count; ++i) queued_[i] = hn::SaturatedSub(queued_[i], one_);
  }

  /// Moves what the queues take. @return whether the lanes are empty now
  bool move_lanes() {
    Vector left = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      const Vector room = hn::SaturatedSub(depth_, queued_[i]);
      const Vector moved = hn::Min(hn::Min(in_lanes_[i], room), writes_);
      queued_[i] = hn::Add(queued_[i], moved);
      in_lanes_[i] = hn::Sub(in_lanes_[i], moved);
      left = hn::Or(left, in_lanes_[i]);
    }
    return is_zero(left);
  }

  static constexpr Bytes bytes{};
  CrossbarOccupancy& occupancy_;
  Vector one_;
  Vector depth_;
  Vector writes_;
  Vector queued_[count];
  Vector in_lanes_[count];
  Vector exists_[count];  ///< all ones where there is a bank
  Sums products_[count];
  std::int64_t conflicts_ = 0;
};

/// Issues one vector with `entries` entries. @param sum counts in bank register `i` from the entry's rows
template <std::size_t count, class Sum>
HWY_INLINE void issue_entries(Crossbar<count>& crossbar, const std::uint8_t* table, std::size_t stride,
                              std::size_t entries, Sum sum) {
  for (std::size_t e = 0; e < entries; ++e, table += stride) {
    crossbar.issue([&](std::size_t i) HWY_ATTR { return sum(table, i); });
  }
}

/// As above for a vector of `size` activations, with code of its own for the usual sizes.
template <std::size_t count>
HWY_INLINE void issue_vector(Crossbar<count>& crossbar, const std::uint8_t* table, std::size_t stride,
                             std::size_t entries, const std::uint32_t* offsets, std::size_t size) {
  constexpr std::size_t lanes = Crossbar<count>::lanes;
  constexpr Bytes bytes;
  const auto load = [&](const std::uint8_t* rows, std::size_t activation, std::size_t i)
                        HWY_ATTR { return hn::LoadU(bytes, rows + offsets[activation] + i * lanes); };
  const auto issue = [&](auto sum) HWY_ATTR { issue_entries(crossbar, table, stride, entries, sum); };
  switch (size) {
    case 0:
      return issue([&](const std::uint8_t*, std::size_t) HWY_ATTR { return hn::Zero(bytes); });
    case 1:
      return issue([&](const std::uint8_t* rows, std::size_t i) HWY_ATTR { return load(rows, 0, i); });
    case 2:
      return issue([&](const std::uint8_t* rows, std::size_t i)
                       HWY_ATTR { return hn::Add(load(rows, 0, i), load(rows, 1, i)); });
    case 3:
      return issue([&](const std::uint8_t* rows, std::size_t i)
                       HWY_ATTR { return hn::Add(hn::Add(load(rows, 0, i), load(rows, 1, i)), load(rows, 2, i)); });
    case 4:
      return issue([&](const std::uint8_t* rows, std::size_t i) HWY_ATTR {
        return hn::Add(hn::Add(load(rows, 0, i), load(rows, 1, i)), hn::Add(load(rows, 2, i), load(rows, 3, i)));
      });
    default:
      return issue([&](const std::uint8_t* rows, std::size_t i) HWY_ATTR {
        Vector sum = load(rows, 0, i);
        for (std::size_t a = 1; a < size; ++a) sum = hn::Add(sum, load(rows, a, i));
        return sum;
      });
  }
}

template <std::size_t count>
IssueCounts run_with(const IssueWork& work, const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  Crossbar<count> crossbar(shape, occupancy);
  crossbar.idle(work.idle_cycles);
  const std::size_t outer = work.weight_stationary ? work.entries : 1;
  const std::size_t inner = work.weight_stationary ? 1 : work.entries;
  for (std::size_t o = 0; o < outer; ++o) {
    const std::uint32_t* offsets = work.offsets;
    for (std::size_t v = 0; v < work.vectors; ++v) {
      issue_vector(crossbar, work.table + o * work.entry_stride, work.entry_stride, inner, offsets,
                   work.vector_sizes[v]);
      offsets += work.vector_sizes[v];
    }
  }
  return crossbar.finish();
}

template <std::size_t count>
std::int64_t drain_with(const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  Crossbar<count> crossbar(shape, occupancy);
  std::int64_t cycles = 0;
  for (; !crossbar.empty(); ++cycles) crossbar.idle(1);
  crossbar.finish();
  return cycles;
}

/// Bypass registers of all banks in `count` vectors.
template <std::size_t count>
std::int64_t count_hits_with(const ReferenceWork& work, std::size_t banks, std::uint8_t* registers) {
  constexpr Bytes bytes;
  constexpr std::size_t lanes = hn::MaxLanes(bytes);
  Vector held[count];
  Vector exists[count];
  Sums hits[count];
  for (std::size_t i = 0; i < count; ++i) {
    exists[i] = existing_banks(banks, i);
    held[i] = hn::LoadU(bytes, registers + i * lanes);
    hits[i] = hn::Zero(hn::Repartition<std::uint64_t, Bytes>());
  }
  const Vector one = hn::Set(bytes, 1);
  const auto issue = [&](std::size_t entry, std::size_t first, std::size_t size) HWY_ATTR {
    const std::uint8_t* const begin = work.layers + work.layer_begins[entry];
    const std::uint8_t* const end = work.layers + work.layer_begins[entry + 1];
    for (std::size_t a = first; a < first + size; ++a) {
      const Vector moved = hn::Set(bytes, work.entry_numbers[a]);
      for (const std::uint8_t* layer = begin + work.offsets[a]; layer < end; layer += work.layer_bytes) {
        for (std::size_t i = 0; i < count; ++i) {
          const Vector referenced = hn::Add(hn::LoadU(bytes, layer + i * lanes), moved);
          const auto present =
              hn::MaskFromVec(hn::And(hn::LoadU(bytes, layer + work.row_bytes + i * lanes), exists[i]));
          const auto hit = hn::And(present, hn::Eq(referenced, held[i]));
          hits[i] = hn::Add(hits[i], hn::SumsOf8(hn::IfThenElseZero(hit, one)));
          held[i] = hn::IfThenElse(present, referenced, held[i]);
        }
      }
    }
  };
  const std::size_t outer = work.weight_stationary ? work.entries : 1;
  const std::size_t inner = work.weight_stationary ? 1 : work.entries;
  for (std::size_t o = 0; o < outer; ++o) {
    std::size_t first = 0;
    for (std::size_t v = 0; v < work.vectors; ++v) {
      for (std::size_t e = o; e < o + inner; ++e) issue(e, first, work.vector_sizes[v]);
      first += work.vector_sizes[v];
    }
  }
  std::int64_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    hn::StoreU(held[i], bytes, registers + i * lanes);
    total += static_cast<std::int64_t>(hn::GetLane(hn::SumOfLanes(hn::Repartition<std::uint64_t, Bytes>(), hits[i])));
  }
  return total;
}

/// Calls `function` with the smallest power of two of vectors that holds the banks, as a compile-time constant.
template <std::size_t count = 1, class Function>
auto with_registers(std::size_t banks, Function function) {
  constexpr std::size_t lanes = hn::MaxLanes(Bytes());
  if constexpr (count * lanes >= issue_kernel_banks) {
    return function(std::integral_constant<std::size_t, count>());
  } else {
    if (banks <= count * lanes) return function(std::integral_constant<std::size_t, count>());
    return with_registers<2 * count>(banks, function);
  }
}

IssueCounts RunIssues(const IssueWork& work, const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return with_registers(shape.banks,
                        [&](auto count) { return run_with<decltype(count)::value>(work, shape, occupancy); });
}

std::int64_t DrainQueues(const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return with_registers(shape.banks, [&](auto count) { return drain_with<decltype(count)::value>(shape, occupancy); });
}

std::int64_t CountBypassHits(const ReferenceWork& work, std::size_t banks, std::uint8_t* registers) {
  return with_registers(banks,
                        [&](auto count) { return count_hits_with<decltype(count)::value>(work, banks, registers); });
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(RunIssues);

IssueCounts run_issues(const IssueWork& work, const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return HWY_DYNAMIC_DISPATCH(RunIssues)(work, shape, occupancy);
}

HWY_EXPORT(DrainQueues);

std::int64_t drain_queues(const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return HWY_DYNAMIC_DISPATCH(DrainQueues)(shape, occupancy);
}

HWY_EXPORT(CountBypassHits);

std::int64_t count_bypass_hits(const ReferenceWork& work, std::size_t banks, std::uint8_t* registers) {
  return HWY_DYNAMIC_DISPATCH(CountBypassHits)(work, banks, registers);
}

std::vector<const char*> issue_kernel_targets() {
  std::vector<const char*> names;
  for (const auto target : hwy::SupportedAndGeneratedTargets()) names.push_back(hwy::TargetName(target));
  return names;
}

void use_issue_kernel_target(const char* target) {
  hwy::SetSupportedTargetsForTest(0);
  for (const auto known : hwy::SupportedAndGeneratedTargets()) {
    if (target != nullptr && std::strcmp(hwy::TargetName(known), target) == 0) hwy::SetSupportedTargetsForTest(known);
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace scnn
#endif
