#include "models/scnn/issue_kernel.hpp"

#include "models/scnn/pe_clock_kernel.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "models/scnn/issue_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "models/scnn/bank_vectors-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace scnn {
namespace HWY_NAMESPACE {

/// The activations of a vector as offsets into rows.
/// @tparam width of a vector, if it is known when this is compiled; 0: `size`
template <std::size_t width>
class RowSums {
 public:
  // NOLINTNEXTLINE(*member-init): offsets are filled as far as they are read
  RowSums(const std::uint32_t* offsets, std::size_t size) : all_(offsets), size_(size) {
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

/// The state of all banks in `count` registers each.
/// @tparam partial some lanes stand for no bank
/// @tparam limited the writes to a queue in a cycle are limited
template <std::size_t count, bool partial, bool limited>
class Crossbar {
 public:
  static constexpr std::size_t lanes = lanes_of_bytes();

  Crossbar(const CrossbarShape& shape, const CrossbarRows& crossbars)
      : crossbars_(crossbars),
        one_(hn::Set(bytes, 1)),
        depth_(hn::Set(bytes, shape.queue_depth)),
        writes_(hn::Set(bytes, shape.bank_writes)) {
    for (std::size_t i = 0; i < count; ++i) exists_[i] = existing_banks(shape.banks, i);
  }

  /// @tparam known_width of a vector, if it is known when this is compiled; 0: the segment's
  /// @tparam known_entries likewise
  /// @param pauses by PE @param finish likewise @return conflicts of all PEs
  template <std::size_t known_width, std::size_t known_entries>
  HWY_INLINE std::int64_t run(const SegmentIssues& segment, const CountRows& counts, const std::int64_t* pauses,
                              std::int64_t* finish) {
    const Issues<known_width> issues{segment.width, counts.rows + segment.first_entry * counts.entry_bytes,
                                     counts.entry_bytes, segment.entries};
    const Share* share = segment.shares.data();
    const Share* const end = share + segment.shares.size();
    const std::uint32_t* offsets = segment.offsets;
    std::int64_t all_conflicts = 0;
    std::int64_t conflicts = 0;
    for (;;) {
      // Conflicts are rare, or frequent.
      if (!limited && conflicts == 0) issue_without_conflict<known_entries>(issues, end, pauses, share, offsets);
      if (share == end) return all_conflicts;
      conflicts = issue_in_steps(issues, *share, offsets, pauses[share->pe]);
      finish[share->pe] += conflicts;
      all_conflicts += conflicts;
      offsets += share->vectors * issues.width;
      ++share;
    }
  }

  /// @return cycles after a pause, until nothing waits
  std::int64_t drain(std::size_t pe, std::int64_t pause) {
    state_ = load(waiting_of(pe));
    idle(pause);
    std::int64_t cycles = 0;
    for (; !empty(); ++cycles) idle(1);
    store(state_, waiting_of(pe));
    return cycles;
  }

 private:
  /// At the end of a cycle.
  struct State {
    Vector queued[count];
    Vector in_lanes[count];
  };

  [[nodiscard]] HWY_INLINE std::uint8_t* waiting_of(std::size_t pe) const {
    return crossbars_.waiting + pe * 2 * crossbars_.bank_bytes;
  }

  HWY_INLINE State load(const std::uint8_t* waiting) const {
    State state;
    for (std::size_t i = 0; i < count; ++i) {
      state.queued[i] = hn::LoadU(bytes, waiting + i * lanes);
      state.in_lanes[i] = hn::LoadU(bytes, waiting + crossbars_.bank_bytes + i * lanes);
    }
    return state;
  }

  HWY_INLINE void store(const State& state, std::uint8_t* waiting) const {
    for (std::size_t i = 0; i < count; ++i) {
      hn::StoreU(state.queued[i], bytes, waiting + i * lanes);
      hn::StoreU(state.in_lanes[i], bytes, waiting + crossbars_.bank_bytes + i * lanes);
    }
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
    for (std::size_t i = 0; i < count; ++i) state_.queued[i] = hn::SaturatedSub(state_.queued[i], every_bank(cycles));
  }

  [[nodiscard]] bool empty() const {
    Vector waiting = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) waiting = hn::Or(waiting, hn::Or(state_.queued[i], state_.in_lanes[i]));
    return is_zero(waiting);
  }

  HWY_INLINE Vector only_banks(Vector counts, std::size_t i) const {
    if constexpr (partial) return hn::And(counts, exists_[i]);
    return counts;
  }

  /// Of at most 255 cycles.
  static HWY_INLINE Vector every_bank(std::int64_t cycles) {
    static_assert(most_idle <= 255);
    return hn::Set(bytes, static_cast<std::uint8_t>(cycles));
  }

  /// Those of a segment, with where the rows of the entries begin.
  /// @tparam known_width see `run`
  template <std::size_t known_width>
  struct Issues {
    std::size_t width = 0;
    const std::uint8_t* rows = nullptr;
    std::size_t entry_bytes = 0;
    std::size_t entries = 0;
  };

  /// Calls `issue(rows of a vector, row of an entry)` for every pair.
  /// @tparam known_entries see `run`
  /// @param offsets of the share's vectors @return of the next share's
  template <std::size_t known_entries, std::size_t known_width, class Issue>
  static HWY_INLINE const std::uint32_t* for_each_pair(const Issues<known_width>& issues, const Share& share,
                                                       const std::uint32_t* offsets, Issue issue) {
    const std::size_t width = known_width > 0 ? known_width : issues.width;
    if constexpr (known_entries > 0) {
      // With few entries a branch that is foreseen wrongly costs more than to sum up zeros.
      std::uint32_t left = share.vectors;
      do {
        meet_entries<known_entries>(RowSums<known_width>(offsets, width), issues, issue);
        offsets += width;
      } while (--left > 0);
      return offsets;
    } else {
      for (std::size_t left = share.full_vectors(); left > 0; --left, offsets += width) {
        meet_entries<0>(RowSums<known_width>(offsets, width), issues, issue);
      }
      const std::size_t rest = share.rest;
      if (rest == 0) return offsets;
      if (known_width == 4 && rest == 1) {
        meet_entries<0>(RowSums<1>(offsets, rest), issues, issue);
      } else if (known_width == 4 && rest == 2) {
        meet_entries<0>(RowSums<2>(offsets, rest), issues, issue);
      } else {
        meet_entries<0>(RowSums < known_width == 4 ? 3 : 0 > (offsets, rest), issues, issue);
      }
      return offsets + width;
    }
  }

  template <std::size_t known_entries, class Rows, class Issues, class Issue>
  static HWY_INLINE void meet_entries(const Rows& rows, const Issues& issues, Issue& issue) {
    const std::uint8_t* entry = issues.rows;
    std::size_t left = known_entries > 0 ? known_entries : issues.entries;
    do {
      issue(rows, entry);
      entry += issues.entry_bytes;
    } while (--left > 0);
  }

  /// Issues for one PE after another as if there were no conflicts, and looks after each whether a queue was ever too
  /// full.
  /// @param first share; then that of the first PE with a conflict, whose state is as it was, or the end
  /// @param first_offsets likewise
  template <std::size_t known_entries, std::size_t known_width>
  HWY_INLINE void issue_without_conflict(const Issues<known_width>& segment, const Share* end,
                                         const std::int64_t* pauses, const Share*& first,
                                         const std::uint32_t*& first_offsets) const {
    // What is stored may lie anywhere, as far as the compiler knows: it would read all this again for every PE.
    const Issues<known_width> issues = segment;
    const Vector one = one_;
    const Vector depth = depth_;
    const Share* share = first;
    const std::uint32_t* offsets = first_offsets;
    for (; share != end; ++share) {
      std::uint8_t* const waiting = waiting_of(share->pe);
      State state = load(waiting);
      Vector moved[count];  // what is queued once banks have retired a product and the lanes are empty
      Vector blocked = hn::Zero(bytes);
      const Vector pause = every_bank(pauses[share->pe]);
      for (std::size_t i = 0; i < count; ++i) {
        moved[i] = hn::Add(hn::SaturatedSub(state.queued[i], one), state.in_lanes[i]);
        blocked = hn::Or(blocked, hn::SaturatedSub(moved[i], depth));
        moved[i] = hn::SaturatedSub(moved[i], pause);
      }
      const std::uint32_t* const next = for_each_pair<known_entries>(
          issues, *share, offsets, [&](const auto& rows, const std::uint8_t* entry) HWY_ATTR {
            for (std::size_t i = 0; i < count; ++i) {
              state.queued[i] = moved[i];
              state.in_lanes[i] = only_banks(rows.sum(entry + i * lanes), i);
              moved[i] = hn::Add(hn::SaturatedSub(moved[i], one), state.in_lanes[i]);
              blocked = hn::Or(blocked, hn::SaturatedSub(moved[i], depth));
            }
          });
      if (HWY_UNLIKELY(!is_zero(blocked))) break;
      store(state, waiting);
      offsets = next;
    }
    first = share;
    first_offsets = offsets;
  }

  /// The same for one PE, cycle by cycle. @return conflicts
  template <std::size_t known_width>
  HWY_NOINLINE std::int64_t issue_in_steps(const Issues<known_width>& issues, const Share& share,
                                           const std::uint32_t* offsets, std::int64_t pause) {
    std::int64_t conflicts = 0;
    state_ = load(waiting_of(share.pe));
    idle(pause);
    for_each_pair<0>(issues, share, offsets,
                     [&](const auto& rows, const std::uint8_t* entry) HWY_ATTR { conflicts += issue(rows, entry); });
    store(state_, waiting_of(share.pe));
    return conflicts;
  }

  /// Cycles until the lanes are empty, then one issue. @return conflicts
  template <class Rows>
  HWY_INLINE std::int64_t issue(const Rows& rows, const std::uint8_t* entry) {
    std::int64_t conflicts = 0;
    if constexpr (limited) {
      for (retire(); !move_lanes(); retire()) ++conflicts;
    } else {
      Vector all[count];
      Vector excess = hn::Zero(bytes);
      for (std::size_t i = 0; i < count; ++i) {
        all[i] = hn::Add(hn::SaturatedSub(state_.queued[i], one_), state_.in_lanes[i]);
        excess = hn::Max(excess, hn::SaturatedSub(all[i], depth_));
      }
      // In every further cycle each bank retires a product, which makes room for one. So there are as many of these as
      // products of one bank that have no room, and by then that many have been retired of every bank.
      for (; !is_zero(excess); excess = hn::SaturatedSub(excess, one_)) ++conflicts;
      for (std::size_t i = 0; i < count; ++i) state_.queued[i] = hn::SaturatedSub(all[i], every_bank(conflicts));
    }
    for (std::size_t i = 0; i < count; ++i) state_.in_lanes[i] = only_banks(rows.sum(entry + i * lanes), i);
    return conflicts;
  }

  void retire() {
    for (std::size_t i = 0; i < count; ++i) state_.queued[i] = hn::SaturatedSub(state_.queued[i], one_);
  }

  /// Moves what the queues take. @return whether the lanes are empty now
  bool move_lanes() {
    Vector left = hn::Zero(bytes);
    for (std::size_t i = 0; i < count; ++i) {
      const Vector room = hn::SaturatedSub(depth_, state_.queued[i]);
      const Vector moved = hn::Min(hn::Min(state_.in_lanes[i], room), writes_);
      state_.queued[i] = hn::Add(state_.queued[i], moved);
      state_.in_lanes[i] = hn::Sub(state_.in_lanes[i], moved);
      left = hn::Or(left, state_.in_lanes[i]);
    }
    return is_zero(left);
  }

  static constexpr Bytes bytes{};
  CrossbarRows crossbars_;
  Vector one_;
  Vector depth_;
  Vector writes_;
  State state_;           ///< of the PE at work, cycle by cycle
  Vector exists_[count];  ///< all ones where there is a bank
};

template <std::size_t width, class Crossbar>
std::int64_t run_with(const SegmentIssues& issues, const CountRows& counts, const CrossbarShape& shape,
                      const CrossbarRows& crossbars, const std::int64_t* pauses, std::int64_t* finish) {
  Crossbar crossbar(shape, crossbars);
  // Filters of one tap have segments of an entry or two: what a loop over them costs is as much as what it does.
  switch (issues.entries) {
    case 1:
      return crossbar.template run<width, 1>(issues, counts, pauses, finish);
    case 2:
      return crossbar.template run<width, 2>(issues, counts, pauses, finish);
    default:
      return crossbar.template run<width, 0>(issues, counts, pauses, finish);
  }
}

std::int64_t RunIssues(const SegmentIssues& issues, const CountRows& counts, const CrossbarShape& shape,
                       const CrossbarRows& crossbars, const std::int64_t* pauses, std::int64_t* finish) {
  return with_vectors(shape.banks, [&](auto vectors) {
    constexpr std::size_t count = decltype(vectors)::value;
    const bool partial = shape.banks < count * lanes_of_bytes();
    const bool limited = shape.bank_writes < 255;
    const auto run = [&](auto crossbar) {
      using Chosen = typename decltype(crossbar)::Type;
      return issues.width == 4 ? run_with<4, Chosen>(issues, counts, shape, crossbars, pauses, finish)
                               : run_with<0, Chosen>(issues, counts, shape, crossbars, pauses, finish);
    };
    if (limited) return run(Choice<Crossbar<count, true, true>>());
    return partial ? run(Choice<Crossbar<count, true, false>>()) : run(Choice<Crossbar<count, false, false>>());
  });
}

std::int64_t DrainQueues(const CrossbarShape& shape, const CrossbarRows& crossbars, std::size_t pe,
                         std::int64_t pause) {
  return with_vectors(shape.banks, [&](auto vectors) {
    return Crossbar<decltype(vectors)::value, true, true>(shape, crossbars).drain(pe, pause);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace scnn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace scnn {

HWY_EXPORT(RunIssues);

std::int64_t run_issues(const SegmentIssues& issues, const CountRows& counts, const CrossbarShape& shape,
                        const CrossbarRows& crossbars, const std::int64_t* pauses, std::int64_t* finish) {
  return HWY_DYNAMIC_DISPATCH(RunIssues)(issues, counts, shape, crossbars, pauses, finish);
}

HWY_EXPORT(DrainQueues);

std::int64_t drain_queues(const CrossbarShape& shape, const CrossbarRows& crossbars, std::size_t pe,
                          std::int64_t pause) {
  return HWY_DYNAMIC_DISPATCH(DrainQueues)(shape, crossbars, pe, pause);
}

}  // namespace scnn
#endif
