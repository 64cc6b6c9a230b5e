#include "models/scnn/compressed_pass.hpp"

#include <algorithm>
#include <utility>

namespace scnn {

void CompressedPass::read_weights(std::int64_t segment, std::vector<Weight>& weights) const {
  const Segment& s = segments[static_cast<std::size_t>(segment)];
  const auto first = static_cast<std::size_t>(s.first_entry) * weights_per_entry;
  weights.clear();
  for (std::size_t i = first; i < first + static_cast<std::size_t>(s.elements); ++i) {
    const auto tap = static_cast<int>(taps[i]);
    const int row = tap / filter_steps.columns;
    weights.push_back({row / filter_steps.rows, row % filter_steps.rows, tap % filter_steps.columns, values[i]});
  }
}

std::vector<Window> CompressedPass::pixel_windows() const {
  const auto widen = [](Range& range, int to) {
    range = range.empty() ? Range{to, to + 1} : Range{std::min(range.begin, to), std::max(range.end, to + 1)};
  };
  std::vector<Window> windows(pes());
  for (const Pixel& pixel : pixels) {
    widen(windows[pixel.pe].rows, pixel.row);
    widen(windows[pixel.pe].columns, pixel.column);
  }
  return windows;
}

void CompressedPass::read_activations(std::size_t pe, std::size_t stream, std::vector<Activation>& of_stream) const {
  of_stream.clear();
  const StoredActivations stored = activation_stream(pe, stream);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const Pixel& pixel = pixels[stored.pixels[i]];
    of_stream.push_back({pixel.row, pixel.column, stored.values[i]});
  }
}

void CompressedPass::arrange_multiplicands() {
  const auto steps = static_cast<std::uint32_t>(filter_steps.rows * filter_steps.columns);
  std::vector<std::uint32_t> filter_of_tap;
  for (std::uint32_t tap = 0; tap < no_tap(); ++tap) filter_of_tap.push_back(tap / steps);
  std::size_t elements = 0;  // of all segments
  for (const Segment& segment : segments) elements += static_cast<std::size_t>(segment.elements);
  multiplicands.resize(elements);
  multiplicand_begins.assign(1, 0);
  std::vector<std::size_t> ends(steps);  // of the first of each filter, the second, and so on, so far
  std::size_t count = 0;
  for (const Segment& segment : segments) {
    const std::size_t first = static_cast<std::size_t>(segment.first_entry) * weights_per_entry;
    const std::span of_segment(values.data() + first, static_cast<std::size_t>(segment.elements));
    const std::uint32_t* const segment_taps = taps.data() + first;
    if (steps == 1) {  // They come in this order.
      for (std::size_t i = 0; i < of_segment.size(); ++i) {
        multiplicands[count] = {segment_taps[i], of_segment[i]};
        count += of_segment[i] != 0 ? 1 : 0;
      }
    } else {
      std::fill(ends.begin(), ends.end(), 0);
      const auto for_each = [&](auto visit) {
        std::size_t round = 0;
        std::uint32_t filter = no_tap();
        for (std::size_t i = 0; i < of_segment.size(); ++i) {
          if (of_segment[i] == 0) continue;
          round = filter_of_tap[segment_taps[i]] == filter ? round + 1 : 0;
          filter = filter_of_tap[segment_taps[i]];
          visit(round, i);
        }
      };
      for_each([&](std::size_t round, std::size_t /*i*/) { ++ends[round]; });
      for (std::size_t& end : ends) count += std::exchange(end, count);
      for_each([&](std::size_t round, std::size_t i) {
        multiplicands[ends[round]++] = {segment_taps[i], of_segment[i]};
      });
    }
    multiplicand_begins.push_back(count);
  }
  multiplicands.resize(count);
}

}  // namespace scnn
