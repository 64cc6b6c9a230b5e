#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/mapping.hpp"
#include "models/scnn/parameters.hpp"

namespace scnn {

/// A stored activation as the multiplier array sees it. Value 0: a placeholder or a stored zero.
struct Activation {
  std::int32_t row = 0;     ///< output row = row - weight's row
  std::int32_t column = 0;  ///< output column = column - weight's column
  std::int16_t value = 0;
};

/// How streams keep activations.
struct StoredActivations {
  std::span<const std::uint32_t> pixels;  ///< by number, see `CompressedPass::pixels`
  std::span<const std::int16_t> values;

  [[nodiscard]] std::size_t size() const { return pixels.size(); }
};

/// A stored weight as the multiplier array sees it. Value 0: a placeholder or a stored zero.
struct Weight {
  std::int32_t filter = 0;  ///< k - k0 within its output-channel group
  std::int32_t row = 0;
  std::int32_t column = 0;
  std::int16_t value = 0;
};

/// A weight that is not zero, for the sums of products.
struct Multiplicand {
  std::uint32_t tap = 0;  ///< as in `CompressedPass::taps`
  std::int32_t value = 0;
};

/// Entries of a weight stream that stay in the FIFO together until every activation vector of a PE has
/// met them: the unit that a PE works on. Entries are numbered from 0 over the pass.
struct Segment {
  int stream = 0;  ///< which activation stream it meets: channel and stride phase
  std::int64_t first_entry = 0;
  std::int64_t last_entry = 0;  ///< inclusive
  std::int64_t elements = 0;    ///< of the entries, of which only the last may lack some
};

/// Segments of one output-channel group: [begin, end).
struct GroupSegments {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// All that the machine reads in one pass: activations as they lie in the IARAMs, weights in the order of delivery.
struct CompressedPass {
  Pass geometry;
  std::vector<OutputGroup> groups;
  pruning::RowsColumns filter_steps;  ///< weights have rows and columns below these

  std::size_t weights_per_entry = 1;
  /// Of each element of an entry, `weights_per_entry` of them to an entry, and maybe more behind the last: its value,
  /// and (filter x steps.rows + row) x steps.columns + column; 0 and `no_tap()` if it is a placeholder or a stored
  /// zero, or the entry has fewer elements.
  std::vector<std::int16_t> values;
  std::vector<std::uint32_t> taps;
  std::vector<std::int64_t> entry_bits;  ///< size of entries 0..m together
  std::vector<Segment> segments;
  std::vector<GroupSegments> group_segments;
  std::int64_t weight_placeholders = 0;
  /// Those of each segment one filter after another, then the next of each filter, and so on: products that follow each
  /// other closely are then added to different sums.
  std::vector<Multiplicand> multiplicands;
  std::vector<std::size_t> multiplicand_begins;  ///< by segment, and the end
  /// Of all segments that meet one activation stream.
  struct StreamTotals {
    std::int64_t segments = 0;
    std::int64_t entries = 0;
    std::int64_t elements = 0;
  };
  std::vector<StreamTotals> stream_totals;   ///< by stream
  std::vector<std::int64_t> stream_weights;  ///< [stream][row][column]: those that are not zero

  /// A pixel of a PE's tile, with the row and column of an activation there.
  struct Pixel {
    std::uint32_t pe = 0;
    std::int32_t row = 0;
    std::int32_t column = 0;
  };
  std::vector<Pixel> pixels;  ///< phase by phase, PE by PE, in raster order
  /// Activations of all streams, those of stream `s` in PE `p` from `activation_begins[s x PEs + p]` to the next of
  /// these; maybe there are more behind the last.
  std::vector<std::uint32_t> activation_pixels;
  std::vector<std::int16_t> activation_values;
  std::vector<std::uint32_t> activation_begins;
  bool activations_have_zeros = false;  ///< placeholders or stored zeros, in any stream
  std::int64_t activation_bits = 0;     ///< all compressed input of the pass

  [[nodiscard]] std::size_t pes() const { return geometry.tiles.size(); }
  [[nodiscard]] std::size_t streams() const { return (activation_begins.size() - 1) / pes(); }
  [[nodiscard]] StoredActivations activation_stream(std::size_t pe, std::size_t stream) const {
    const std::uint32_t* const begin = activation_begins.data() + stream * pes() + pe;
    return {std::span(activation_pixels).subspan(begin[0], begin[1] - begin[0]),
            std::span(activation_values).subspan(begin[0], begin[1] - begin[0])};
  }
  /// By PE: the smallest window around its pixels; empty if it has none.
  [[nodiscard]] std::vector<Window> pixel_windows() const;
  /// The activations of a stream. @param of_stream what they replace
  void read_activations(std::size_t pe, std::size_t stream, std::vector<Activation>& of_stream) const;
  /// The elements of a segment. @param weights what they replace
  void read_weights(std::int64_t segment, std::vector<Weight>& weights) const;
  /// Of the largest output-channel group.
  [[nodiscard]] int filters_per_group() const {
    int filters = 0;
    for (const OutputGroup& group : groups) filters = std::max(filters, group.filters.size());
    return filters;
  }
  [[nodiscard]] std::uint32_t no_tap() const {
    return static_cast<std::uint32_t>(filters_per_group() * filter_steps.rows * filter_steps.columns);
  }
  [[nodiscard]] std::span<const std::uint32_t> taps_of(const Segment& segment) const {
    return std::span(taps).subspan(
        static_cast<std::size_t>(segment.first_entry) * weights_per_entry,
        static_cast<std::size_t>(segment.last_entry + 1 - segment.first_entry) * weights_per_entry);
  }
  /// Finds the multiplicands, which only arithmetic needs.
  void arrange_multiplicands();
  [[nodiscard]] std::int64_t weight_bits() const { return entry_bits.empty() ? 0 : entry_bits.back(); }
};

}  // namespace scnn
