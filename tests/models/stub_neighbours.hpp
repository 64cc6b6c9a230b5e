#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/models/bench.hpp"

/// Neighbours of a processing element that do as the test says.
namespace scnn::test {

/// Weights that arrive when the test says; a segment beyond the list never does.
struct StubSupply : WeightInterface {
  std::span<const Arrival> await(std::int64_t segment) override {
    if (segment >= std::ssize(arrivals)) sc_core::wait(never);
    return std::span(arrivals).subspan(static_cast<std::size_t>(segment));
  }
  void release(const PastSegments& segments) override {
    std::int64_t finish = segments.from;
    auto worked = segments.worked.begin();
    for (std::int64_t s = segments.begin; s < segments.end; ++s) {
      finish = std::max(finish, arrivals[static_cast<std::size_t>(s)].cycle);
      if (worked != segments.worked.end() && worked->segment == s) finish = worked++->finish;
      released.emplace_back(s, finish);
    }
  }

  std::vector<Arrival> arrivals;
  std::vector<std::pair<std::int64_t, std::int64_t>> released;  ///< segment and finish
  sc_core::sc_event never;
};

/// Releases the groups of one pass one after another, each in the cycle that the test says.
struct StubBarrier : BarrierInterface {
  Release await_release(std::size_t /*pe*/) override {
    if (reports.size() == cycles.size()) sc_core::wait(never);
    return {pass, reports.size(), cycles[reports.size()]};
  }
  void complete(std::size_t /*pe*/, const GroupReport& report) override {
    reports.push_back(report);
    done = reports.size() == cycles.size();
  }

  const CompressedPass* pass = nullptr;
  std::vector<std::int64_t> cycles;
  std::vector<GroupReport> reports;
  bool done = false;
  sc_core::sc_event never;
};

/// A pass of one PE in one group of segments, written down segment by segment.
struct PassBuilder {
  explicit PassBuilder(const Parameters& parameters, Window outputs = {{0, 1}, {0, 1}})
      : width(parameters.weights_per_cycle) {
    pass.weights_per_entry = static_cast<std::size_t>(width);
    pass.filter_steps = {1, 1};
    pass.geometry.outputs = outputs;
    pass.geometry.tiles.push_back({{}, outputs, outputs});
    pass.activation_begins.push_back(0);
  }

  /// The next stream of activations. @return its number
  int stream(const std::vector<Activation>& activations) {
    for (const Activation& activation : activations) {
      const auto pixel = static_cast<std::uint32_t>(pass.pixels.size());
      pass.pixels.push_back({0, activation.row, activation.column});
      pass.activation_pixels.push_back(pixel);
      pass.activation_values.push_back(activation.value);
    }
    pass.activation_begins.push_back(static_cast<std::uint32_t>(pass.activation_pixels.size()));
    return static_cast<int>(pass.streams()) - 1;
  }
  /// The next segment, which meets a stream. Its weights are at row and column 0 and not zero.
  void segment(int stream, const std::vector<Weight>& weights) {
    const auto first_entry = std::ssize(pass.entry_bits);
    for (const Weight& weight : weights) {
      pass.values.push_back(weight.value);
      pass.taps.push_back(static_cast<std::uint32_t>(weight.filter));
    }
    for (std::int64_t left = std::ssize(weights); left > 0; left -= width) {
      pass.entry_bits.push_back(pass.weight_bits() + 20 * std::min(left, width));
    }
    pass.values.resize(pass.entry_bits.size() * pass.weights_per_entry, 0);
    pass.taps.resize(pass.values.size(), 1);  // no tap
    pass.segments.push_back({stream, first_entry, std::ssize(pass.entry_bits) - 1, std::ssize(weights)});
  }
  /// Ends a group: what was added since the last end belongs to it.
  void end_group() {
    pass.groups.push_back({{0, 1}, {0, 1}});
    count_streams();
    pass.arrange_multiplicands();
    const std::int64_t begin = pass.group_segments.empty() ? 0 : pass.group_segments.back().end;
    pass.group_segments.push_back({begin, std::ssize(pass.segments)});
  }

  std::int64_t width;
  CompressedPass pass;

 private:
  void count_streams() {
    pass.stream_totals.assign(pass.streams(), {});
    pass.stream_weights.assign(pass.streams(), 0);
    for (const Segment& segment : pass.segments) {
      const auto stream = static_cast<std::size_t>(segment.stream);
      ++pass.stream_totals[stream].segments;
      pass.stream_totals[stream].entries += segment.last_entry + 1 - segment.first_entry;
      pass.stream_totals[stream].elements += segment.elements;
      pass.stream_weights[stream] += segment.elements;
    }
  }
};

}  // namespace scnn::test
