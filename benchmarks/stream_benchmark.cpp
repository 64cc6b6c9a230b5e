// Compressed streams of SCNN: encoding and decoding, by density. Elements per second are positions of the region.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "benchmarks/suites.hpp"
#include "pruning/compressed_stream.hpp"
#include "pruning/fixed_point.hpp"
#include "workloads/synthetic.hpp"

namespace benchmarks {

namespace {

constexpr int index_bits = 4;

/// A plane of activations.
std::vector<std::int16_t> region_of(double density) {
  workloads::Layer layer;
  layer.name = "streams";
  layer.input = {1, 256, 256};
  workloads::SyntheticActivations parameters;
  parameters.density.otherwise = density;
  return pruning::quantise(workloads::synthetic_input(layer, parameters)).tensor.values;
}

/// Elements that a region needs: its non-zero values, and a placeholder for every 16 zeros before one.
std::size_t elements_of(const std::vector<std::int16_t>& region) {
  std::size_t elements = 0;
  std::size_t zeros = 0;
  for (const std::int16_t value : region) {
    ++zeros;
    if (value == 0) continue;
    elements += 1 + (zeros - 1) / 16;
    zeros = 0;
  }
  return elements;
}

void count_positions(benchmark::State& state, std::size_t positions) {
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(positions));
}

void encode(benchmark::State& state, double density) {
  const std::vector<std::int16_t> region = region_of(density);
  const std::size_t expected = elements_of(region);
  pruning::CompressedStream stream;
  for (auto _ : state) {
    stream = pruning::encode(region, index_bits);
    if (stream.size() != expected) {
      state.SkipWithError(fmt::format("{} elements, not {}", stream.size(), expected).c_str());
      return;
    }
  }
  if (pruning::decode(stream, std::ssize(region), index_bits) != region) {
    state.SkipWithError("the stream does not decode to its region");
  }
  count_positions(state, region.size());
}

/// Rows of three weights, of which every one with a non-zero weight is kept.
void encode_rows(benchmark::State& state, double density) {
  std::vector<std::int16_t> region = region_of(density);
  region.resize(region.size() / 3 * 3);
  std::vector<std::int32_t> grain(region.size());
  std::vector<std::uint8_t> kept(region.size());
  std::size_t kept_positions = 0;
  for (std::size_t i = 0; i < region.size(); i += 3) {
    const bool keep = std::any_of(&region[i], &region[i] + 3, [](std::int16_t value) { return value != 0; });
    kept_positions += keep ? 3 : 0;
    for (std::size_t j = i; j < i + 3; ++j) {
      grain[j] = static_cast<std::int32_t>(i / 3);
      kept[j] = keep ? 1 : 0;
    }
  }
  pruning::CompressedStream stream;
  for (auto _ : state) {
    stream = pruning::encode_grains(region, grain, kept, index_bits);
    const std::size_t placeholders = static_cast<std::size_t>(pruning::placeholder_count(stream));
    if (stream.size() != kept_positions + placeholders) {
      state.SkipWithError(fmt::format("{} elements, not {}", stream.size() - placeholders, kept_positions).c_str());
      return;
    }
  }
  if (pruning::decode(stream, std::ssize(region), index_bits) != region) {
    state.SkipWithError("the stream does not decode to its region");
  }
  count_positions(state, region.size());
}

void decode(benchmark::State& state, double density) {
  const std::vector<std::int16_t> region = region_of(density);
  const pruning::CompressedStream stream = pruning::encode(region, index_bits);
  for (auto _ : state) {
    if (pruning::decode(stream, std::ssize(region), index_bits) == region) continue;
    state.SkipWithError("the stream does not decode to its region");
    return;
  }
  count_positions(state, region.size());
}

}  // namespace

void register_streams() {
  for (const double density : {0.05, 0.3, 1.0}) {
    const auto add = [density](const char* what, void (*run)(benchmark::State&, double)) {
      benchmark::RegisterBenchmark(fmt::format("stream/{}/density_{}", what, density).c_str(), run, density)
          ->Unit(benchmark::kMicrosecond);
    };
    add("encode", encode);
    add("encode_rows", encode_rows);
    add("decode", decode);
  }
}

}  // namespace benchmarks
