#include "models/scnn/issue_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/issue_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/scnn/bank_vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

/// The state of all banks in `count` registers each.
/// @tparam partial some lanes stand for no bank
/// @tparam limited the writes to a queue in a cycle are limited
template <std::size_t count, bool partial, bool limited>
class Crossbar {
 public:
  static constexpr std::size_t lanes = lanes_of_bytes();

  Crossbar(const CrossbarShape& shape, CrossbarOccupancy& occupancy)
      : occupancy_(occupancy),
        one_(hn::Set(bytes, 1)),
        depth_(hn::Set(bytes, shape.queue_depth)),
        writes_(hn::Set(bytes, shape.bank_writes)) {
    for (std::size_t i = 0; i < count; ++i) {
      queued_[i] = hn::Load(bytes, occupancy.queued + i * lanes);
      in_lanes_[i] = hn::Load(bytes, occupancy.in_lanes + i * lanes);
      exists_[i] = existing_banks(shape.banks, i);
    }
  }

  /// @tparam Rows how the counts of a vector are summed, see RowSums
  template <class Rows>
  HWY_INLINE void run(const IssueWork& work, const CountRows& counts) {
    if (!limited && issue_without_conflict<Rows>(work, counts)) return;
    for_each_vector(work, [&](std::size_t place, std::size_t first, std::size_t end) HWY_ATTR {
      const Rows rows(work, place);
      for (std::size_t e = first; e < end; ++e) issue(rows, counts.rows + e * counts.entry_bytes);
    });
  }

  /// Cycles without an issue.
  void idle(std::int64_t cycles) {
    bool lanes_empty = false;
    for (; cycles > 0 && !lanes_empty; --cycles) {
      retire();
      lanes_empty = move_lanes();
    }
    if (cycles <= 0) return;
    // With empty lanes each cycle takes one product from every queue.
    const Vector rest = hn::Set(bytes, static_cast<std::uint8_t>(cycles < 255 ? cycles : 255));
    for (std::size_t i = 0; i < count; ++i) queued_[i] = hn::SaturatedSub(queued_[i], rest);
  }

  [[nodiscard]] bool empty() const {
    Vector waiting = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) waiting = hn::Or(waiting, hn::Or(queued_[i], in_lanes_[i]));
    return is_zero(waiting);
  }

  /// Puts the state back. @return conflicts
  std::int64_t finish() {
    for (std::size_t i = 0; i < count; ++i) {
      hn::Store(queued_[i], bytes, occupancy_.queued + i * lanes);
      hn::Store(in_lanes_[i], bytes, occupancy_.in_lanes + i * lanes);
    }
    return conflicts_;
  }

 private:
  HWY_INLINE Vector only_banks(Vector counts, std::size_t i) const {
    if constexpr (partial) return hn::And(counts, exists_[i]);
    return counts;
  }

  /// Conflicts are rare: issues as if there were none and looks afterwards whether a queue was ever too full.
  /// @return false, with the state as it was, if so
  template <class Rows>
  HWY_INLINE bool issue_without_conflict(const IssueWork& work, const CountRows& counts) {
    Vector queued[count];
    Vector in_lanes[count];
    Vector blocked = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      queued[i] = queued_[i];
      in_lanes[i] = in_lanes_[i];
    }
    for_each_vector(work, [&](std::size_t place, std::size_t first, std::size_t end) HWY_ATTR {
      const Rows rows(work, place);
      const std::uint8_t* entry = counts.rows + first * counts.entry_bytes;
      const std::uint8_t* const stop = counts.rows + end * counts.entry_bytes;
      for (; entry < stop; entry += counts.entry_bytes) {
        for (std::size_t i = 0; i < count; ++i) {
          queued[i] = hn::Add(hn::SaturatedSub(queued[i], one_), in_lanes[i]);
          blocked = hn::Or(blocked, hn::SaturatedSub(queued[i], depth_));
          in_lanes[i] = only_banks(rows.sum(entry + i * lanes), i);
        }
      }
    });
    if (HWY_UNLIKELY(!is_zero(blocked))) return false;
    for (std::size_t i = 0; i < count; ++i) {
      queued_[i] = queued[i];
      in_lanes_[i] = in_lanes[i];
    }
    return true;
  }

  /// Cycles until the lanes are empty, then one issue.
  template <class Rows>
  HWY_INLINE void issue(const Rows& rows, const std::uint8_t* entry) {
    Vector all[count];
    Vector blocked = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      queued_[i] = hn::SaturatedSub(queued_[i], one_);
      all[i] = hn::Add(queued_[i], in_lanes_[i]);
      blocked = hn::Or(blocked, hn::SaturatedSub(all[i], depth_));
      if constexpr (limited) blocked = hn::Or(blocked, hn::SaturatedSub(in_lanes_[i], writes_));
    }
    if (HWY_UNLIKELY(!is_zero(blocked))) {
      while (!move_lanes()) {
        ++conflicts_;
        retire();
      }
    } else {
      for (std::size_t i = 0; i < count; ++i) queued_[i] = all[i];
    }
    for (std::size_t i = 0; i < count; ++i) in_lanes_[i] = only_banks(rows.sum(entry + i * lanes), i);
  }

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
  std::int64_t conflicts_ = 0;
};

/// The activations of a vector as offsets into rows.
/// @tparam width of a vector, if it is known when this is compiled; 0: the work's
template <std::size_t width>
class RowSums {
 public:
  RowSums(const IssueWork& work, std::size_t place) : all_(work.offsets + place), size_(work.width) {
    for (std::size_t a = 0; a < width; ++a) offsets_[a] = all_[a];
  }

  /// Counts of one issue. @param rows of the entry
  HWY_INLINE Vector sum(const std::uint8_t* rows) const {
    constexpr Bytes bytes;
    if constexpr (width > 0) {
      Vector sum = hn::LoadU(bytes, rows + offsets_[0]);
      for (std::size_t a = 1; a < width; ++a) sum = hn::Add(sum, hn::LoadU(bytes, rows + offsets_[a]));
      return sum;
    } else {
      Vector sum = hn::LoadU(bytes, rows + all_[0]);
      for (std::size_t a = 1; a < size_; ++a) sum = hn::Add(sum, hn::LoadU(bytes, rows + all_[a]));
      return sum;
    }
  }

 private:
  const std::uint32_t* all_;
  std::size_t size_;
  std::size_t offsets_[width > 0 ? width : 1];
};

template <std::size_t width, class Crossbar>
std::int64_t run_with(const IssueWork& work, const CountRows& counts, std::int64_t idle_cycles,
                      const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  Crossbar crossbar(shape, occupancy);
  crossbar.idle(idle_cycles);
  crossbar.template run<RowSums<width>>(work, counts);
  return crossbar.finish();
}

std::int64_t RunIssues(const IssueWork& work, const CountRows& counts, std::int64_t idle_cycles,
                       const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return with_vectors(shape.banks, [&](auto vectors) {
    constexpr std::size_t count = decltype(vectors)::value;
    const bool partial = shape.banks < count * lanes_of_bytes();
    const bool limited = shape.bank_writes < 255;
    const auto run = [&](auto crossbar) {
      using Chosen = typename decltype(crossbar)::Type;
      return work.width == 4 ? run_with<4, Chosen>(work, counts, idle_cycles, shape, occupancy)
                             : run_with<0, Chosen>(work, counts, idle_cycles, shape, occupancy);
    };
    if (limited) return run(Choice<Crossbar<count, true, true>>());
    return partial ? run(Choice<Crossbar<count, true, false>>()) : run(Choice<Crossbar<count, false, false>>());
  });
}

std::int64_t DrainQueues(const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return with_vectors(shape.banks, [&](auto vectors) {
    Crossbar<decltype(vectors)::value, true, true> crossbar(shape, occupancy);
    std::int64_t cycles = 0;
    for (; !crossbar.empty(); ++cycles) crossbar.idle(1);
    crossbar.finish();
    return cycles;
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(RunIssues);

std::int64_t run_issues(const IssueWork& work, const CountRows& counts, std::int64_t idle_cycles,
                        const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return HWY_DYNAMIC_DISPATCH(RunIssues)(work, counts, idle_cycles, shape, occupancy);
}

HWY_EXPORT(DrainQueues);

std::int64_t drain_queues(const CrossbarShape& shape, CrossbarOccupancy& occupancy) {
  return HWY_DYNAMIC_DISPATCH(DrainQueues)(shape, occupancy);
}

}  // namespace scnn
#endif
