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

void CompressedPass::read_activations(std::size_t pe, std::size_t stream, std::vector<Activation>& of_stream) const {
  of_stream.clear();
  const StoredActivations stored = activation_stream(pe, stream);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const pruning::RowsColumns place = pixels[pe][stored.pixels[i]];
    of_stream.push_back({place.rows, place.columns, stored.values[i]});
  }
}

void CompressedPass::arrange_multiplicands() {
  multiplicands.clear();
  multiplicand_begins.assign(1, 0);
  const auto steps = static_cast<std::uint32_t>(filter_steps.rows * filter_steps.columns);
  std::vector<std::uint32_t> filter_of_tap;
  for (std::uint32_t tap = 0; tap < no_tap(); ++tap) filter_of_tap.push_back(tap / steps);
  std::vector<Multiplicand> of_segment;
  std::vector<std::size_t> rounds;  // of these: whether it is the first of its filter, the second, and so on
  std::vector<std::size_t> ends;    // of the rounds so far
  for (const Segment& segment : segments) {
    of_segment.clear();
    rounds.clear();
    ends.assign(ends.size(), 0);
    std::size_t round = 0;
    std::uint32_t filter = no_tap();
    const std::size_t first = static_cast<std::size_t>(segment.first_entry) * weights_per_entry;
    for (std::size_t i = first; i < first + static_cast<std::size_t>(segment.elements); ++i) {
      if (values[i] == 0) continue;
      round = filter_of_tap[taps[i]] == filter ? round + 1 : 0;
      filter = filter_of_tap[taps[i]];
      if (round == ends.size()) ends.push_back(0);
      ++ends[round];
      rounds.push_back(round);
      of_segment.push_back({taps[i], values[i]});
    }
    std::size_t before = multiplicands.size();
    for (std::size_t& end : ends) before += std::exchange(end, before);
    multiplicands.resize(before);
    for (std::size_t i = 0; i < of_segment.size(); ++i) multiplicands[ends[rounds[i]]++] = of_segment[i];
    multiplicand_begins.push_back(multiplicands.size());
  }
}

}  // namespace scnn
