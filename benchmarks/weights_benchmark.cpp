// Trained weights from HDF5: opening a file and reading every layer.

#include <benchmark/benchmark.h>

#include <bit>

#include "benchmarks/layers.hpp"
#include "benchmarks/suites.hpp"
#include "pruning/hdf5_file.hpp"
#include "pruning/weights_file.hpp"

namespace benchmarks {

namespace {

/// Sum of the values' bits, which does not depend on their order.
std::uint64_t add_bits(std::uint64_t sum, const pruning::Tensor<float>& tensor) {
  for (const float value : tensor.values) sum += std::bit_cast<std::uint32_t>(value);
  return sum;
}

void load(benchmark::State& state) {
  const auto file = source_path("workloads/shapes-vgg.h5");
  const pruning::Hdf5File plain(file);
  std::uint64_t expected = 0;
  std::int64_t bytes = 0;
  for (const auto& data_set : plain.data_sets()) {
    expected = add_bits(expected, plain.read(data_set.path));
    bytes += pruning::element_count(data_set.shape) * static_cast<std::int64_t>(sizeof(float));
  }
  for (auto _ : state) {
    const pruning::WeightsFile weights(file);
    std::uint64_t sum = 0;
    for (const auto& entry : weights.layers()) {
      const pruning::LayerWeights layer = weights.read(entry.name);
      sum = add_bits(sum, layer.weights);
      if (layer.bias) sum = add_bits(sum, *layer.bias);
    }
    if (sum == expected) continue;
    state.SkipWithError("the values are not those of the file");
    return;
  }
  state.SetBytesProcessed(state.iterations() * bytes);
}

}  // namespace

void register_weights() {
  benchmark::RegisterBenchmark("weights/load/shapes_vgg", load)->Unit(benchmark::kMillisecond);
}

}  // namespace benchmarks
