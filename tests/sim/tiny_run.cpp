#include "tests/sim/tiny_run.hpp"

#include "pruning/hdf5_writer.hpp"
#include "sim/simulation.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {

namespace {

/// Numbers without a pattern, between -1 and 1; about a third are zero.
class Numbers {
 public:
  explicit Numbers(std::uint32_t seed) : state_(seed) {}
  float next() {
    state_ = state_ * 1664525U + 1013904223U;
    const auto number = static_cast<int>(state_ >> 16) % 301 - 150;
    return number > -50 && number < 50 ? 0.0F : static_cast<float>(number) / 150.0F;
  }
  pruning::Tensor<float> tensor(const pruning::Shape& shape) {
    pruning::Tensor<float> result(shape);
    for (float& value : result.values) value = next();
    return result;
  }

 private:
  std::uint32_t state_;
};

}  // namespace

std::string tiny_network() {
  return "network:\n"
         "  name: tiny\n"
         "  input: {channels: 2, height: 9, width: 8}\n"
         "  layers:\n"
         "  - {name: conv1, type: conv, output_channels: 6, kernel: 3, padding: 1, relu: true}\n"
         "  - {name: pool, type: max_pool, kernel: 2, ceil_mode: true}\n"
         "  - {name: left, type: conv, output_channels: 4, kernel: 3, stride: 2, padding: 1, groups: 2, relu: true}\n"
         "  - {name: right, type: conv, output_channels: 4, kernel: 1, stride: 2, inputs: pool}\n"
         "  - {name: sum, type: add, inputs: [left, right], relu: true}\n"
         "  - {name: fc, type: linear, output_features: 5}\n";
}

std::string tiny_machine() {
  return "accelerator:\n"
         "  pe: {rows: 2, columns: 2, weights_per_cycle: 2, activations_per_cycle: 3, pipeline_latency: 2,\n"
         "       accumulators: {banks: 4, entries: 16}, iaram: {elements: 60}, bypass: {registers_per_bank: 1}}\n"
         "  dram: {bytes_per_cycle: 3.5}\n";
}

void write_tiny_tensors() {
  Numbers numbers(7);
  pruning::Hdf5Writer weights("weights.h5");
  for (const auto& [name, shape] : std::vector<std::pair<std::string, pruning::Shape>>{
           {"conv1", {6, 2, 3, 3}}, {"left", {4, 3, 3, 3}}, {"right", {4, 6, 1, 1}}, {"fc", {5, 24}}}) {
    weights.write(name + ".weight", numbers.tensor(shape));
    weights.write(name + ".bias", numbers.tensor({shape.front()}));
  }
  weights.save();
  pruning::Hdf5Writer images("images.h5");
  images.write("conv1/input", numbers.tensor({3, 2, 9, 8}));
  images.write("labels", pruning::Tensor<std::int64_t>({3}, {0, 1, 2}));
  images.save();
}

std::string tiny_run() {
  return tiny_network() + tiny_machine() + "weights: {file: weights.h5}\nactivations: {file: images.h5}\n";
}

Results simulated(const std::string& text, const RunOptions& options, std::int64_t jobs) {
  write_file("run.yaml", text);
  return simulate(read_run_file("run.yaml", options), jobs, {});
}

}  // namespace sim::test
