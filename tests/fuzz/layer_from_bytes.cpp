#include "tests/fuzz/layer_from_bytes.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "pruning/fixed_point.hpp"
#include "pruning/grain.hpp"
#include "workloads/fixed_point_convolution.hpp"

namespace fuzz {

namespace {

using pruning::ConvolutionShape;

/// Bound the time that a layer takes in the slowest simulator.
constexpr std::int64_t most_macs = 6000;
constexpr std::int64_t most_inputs = 700;

/// Takes bytes one after another; behind the end there are zeros.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  int next() {
    if (bytes_.empty()) return 0;
    const int byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  /// A number in [least, most], at most 256 different ones.
  int number(int least, int most) { return least + next() % (most - least + 1); }
  /// One of the given numbers, or for any larger byte a number in [least, most].
  int number_or(std::initializer_list<int> usual, int least, int most) {
    const auto choice = static_cast<std::size_t>(next());
    return choice < usual.size() ? usual.begin()[choice] : number(least, most);
  }
  bool flag() { return next() % 2 == 1; }
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return bytes_; }

 private:
  std::span<const std::uint8_t> bytes_;
};

/// Values of a tensor: bytes as they are, then numbers made from them.
class Values {
 public:
  /// @param zeros of 256 numbers that are made
  /// @param scale left shift of every value
  Values(std::span<const std::uint8_t> bytes, int zeros, int scale) : bytes_(bytes), zeros_(zeros), scale_(scale) {
    for (const std::uint8_t byte : bytes) state_ = (state_ ^ byte) * 0x100000001b3U;
  }

  std::uint8_t byte() {
    if (!bytes_.empty()) {
      const std::uint8_t first = bytes_.front();
      bytes_ = bytes_.subspan(1);
      return first;
    }
    const std::uint32_t draw = draw_16_bits();
    return static_cast<int>(draw >> 8) < zeros_ ? 0 : static_cast<std::uint8_t>(draw);
  }
  std::int16_t value() {
    const int shifted = static_cast<std::int8_t>(byte()) * (1 << scale_);
    return static_cast<std::int16_t>(std::max(-32767, shifted));
  }
  std::vector<std::int16_t> values(std::int64_t count) {
    std::vector<std::int16_t> all(static_cast<std::size_t>(count));
    for (std::int16_t& one : all) one = value();
    return all;
  }

 private:
  std::uint32_t draw_16_bits() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>(state_ >> 48);
  }

  std::span<const std::uint8_t> bytes_;
  int zeros_;
  int scale_;
  std::uint64_t state_ = 0xcbf29ce484222325U;
};

/// Makes a shape valid and small, by the least that is needed.
ConvolutionShape valid(ConvolutionShape shape) {
  const auto reach = [](int taps, int dilation) { return dilation * (taps - 1) + 1; };
  while (reach(shape.R, shape.dilation.rows) > shape.H + 2 * shape.padding.rows) --shape.R;
  while (reach(shape.S, shape.dilation.columns) > shape.W + 2 * shape.padding.columns) --shape.S;
  const auto too_large = [&] {
    return std::int64_t{1} * shape.C * shape.H * shape.W > most_inputs || shape.macs() > most_macs;
  };
  while (too_large() && shape.K > shape.groups) shape.K -= shape.groups;
  while (too_large() && shape.C > shape.groups) shape.C -= shape.groups;
  while (too_large() && shape.groups > 1) shape.C = shape.K = --shape.groups;
  while (too_large()) --(shape.H >= shape.W ? shape.H : shape.W);
  // A smaller plane may have become too small for the filter.
  while (shape.P() < 1) --shape.R;
  while (shape.Q() < 1) --shape.S;
  return shape;
}

ConvolutionShape shape_from(Bytes& bytes) {
  ConvolutionShape shape;
  shape.groups = bytes.number_or({1, 1, 1}, 1, 3);
  shape.C = shape.groups * bytes.number(1, 12);
  shape.H = bytes.number(1, 20);
  shape.W = bytes.number(1, 20);
  shape.K = shape.groups * bytes.number(1, 24);
  shape.R = bytes.number(1, 5);
  shape.S = bytes.number(1, 5);
  shape.stride = {bytes.number_or({1, 1}, 1, 3), bytes.number_or({1, 1}, 1, 3)};
  shape.padding = {bytes.number(0, 3), bytes.number(0, 3)};
  shape.dilation = {bytes.number_or({1, 1}, 1, 3), bytes.number_or({1, 1}, 1, 3)};
  return valid(shape);
}

scnn::Parameters machine_from(Bytes& bytes) {
  scnn::Parameters p;
  p.rows = bytes.number(1, 4);
  p.columns = bytes.number(1, 4);
  p.weights_per_cycle = bytes.number_or({4, 4}, 1, 9);
  p.activations_per_cycle = bytes.number_or({4, 4}, 1, 9);
  p.accumulator_banks = bytes.number_or({32, 16, 64, 33, 128, 129, 140}, 1, 40);
  p.accumulator_entries = bytes.number_or({32, 64, 1, 127, 128}, 1, 64);
  p.accumulator_sets = bytes.number(1, 2);
  p.accumulator_bits = bytes.number_or({24}, 8, 32);
  p.bank_queue = bytes.number_or({8, 240, 254, 255}, 1, 8);
  p.bank_writes = bytes.number_or({0, 1, 2, 20}, 0, 3);
  p.lane_queue = bytes.next() < 176 ? 1 : bytes.number(2, 4);
  p.bypass_registers = bytes.number_or({0, 0, 1, 9}, 0, 3);
  p.merge = bytes.next() >= 192;
  p.stationary = bytes.flag() ? scnn::Stationary::weight : scnn::Stationary::input;
  p.weight_fifo_entries = bytes.number_or({50}, 1, 20);
  p.pipeline_latency = bytes.number(0, 5);
  p.iaram_elements = bytes.number_or({4096, 4096}, 1, 120);
  p.oaram_elements = bytes.number_or({4096, 4096}, 1, 120);
  p.output_channels_per_group = bytes.number_or({8}, 1, 24);
  p.broadcast_entries = bytes.number_or({5}, 1, 6);
  p.dram_bytes_per_cycle = 0.125 * bytes.number_or({400, 0}, 1, 256);
  p.ppu_values = bytes.number(1, 4);
  p.halo_values = bytes.number(1, 4);
  p.index_bits = bytes.number_or({4}, 1, 8);
  return p;
}

/// Whether the grain of each weight is kept.
std::vector<std::uint8_t> kept_weights(const ConvolutionShape& shape, pruning::Granularity granularity, int removed,
                                       Values& draws) {
  const auto grain = static_cast<std::size_t>(
      pruning::grain_size(granularity, {shape.K, shape.channels_per_group(), shape.R, shape.S}));
  std::vector<std::uint8_t> kept(static_cast<std::size_t>(shape.weight_count()));
  for (std::size_t i = 0; i < kept.size(); i += grain) {
    const std::uint8_t keeps = draws.byte() < removed ? 0 : 1;
    std::fill_n(kept.begin() + static_cast<std::ptrdiff_t>(i), grain, keeps);
  }
  return kept;
}

}  // namespace

support::RandomLayer layer_from_bytes(std::span<const std::uint8_t> input) {
  Bytes bytes(input);
  support::RandomLayer layer;
  scnn::LayerOperands& operands = layer.operands;
  operands.shape = shape_from(bytes);
  layer.parameters = machine_from(bytes);
  operands.relu = bytes.flag();

  auto filters = std::make_shared<scnn::Filters>();
  filters->granularity = static_cast<pruning::Granularity>(bytes.number(0, 4));
  const int removed_grains = bytes.next();
  const int more_product_shift = bytes.number_or({0, 0}, 0, 3);
  const int more_output_shift = bytes.number_or({0, 0}, 0, 8);
  const bool has_bias = bytes.flag();
  const int weight_zeros = bytes.next();
  const int weight_scale = bytes.number(0, 8);
  const int activation_zeros = bytes.next();
  const int activation_scale = bytes.number(0, 8);
  const auto rest = bytes.rest();
  Values weights(rest.first(rest.size() / 2), weight_zeros, weight_scale);
  Values activations(rest.subspan(rest.size() / 2), activation_zeros, activation_scale);

  const auto& shape = operands.shape;
  filters->weights = weights.values(shape.weight_count());
  if (pruning::is_coarse(filters->granularity)) {
    filters->kept = kept_weights(shape, filters->granularity, removed_grains, weights);
    for (std::size_t i = 0; i < filters->kept.size(); ++i) {
      if (filters->kept[i] == 0) filters->weights[i] = 0;
    }
  }
  operands.activations = activations.values(std::int64_t{1} * shape.C * shape.H * shape.W);

  const auto bits = static_cast<int>(layer.parameters.accumulator_bits);
  if (has_bias) {
    const std::int64_t limit = std::int64_t{1} << (bits - 1);
    for (int k = 0; k < shape.K; ++k) operands.bias.push_back((activations.byte() - 128) * limit / 128);
  }
  operands.product_shift =
      workloads::sum_products(shape, filters->weights, operands.activations, bits).shift + more_product_shift;

  std::vector<std::int64_t> sums =
      workloads::convolve(shape, filters->weights, operands.activations, operands.product_shift);
  const auto plane = static_cast<std::size_t>(shape.P()) * static_cast<std::size_t>(shape.Q());
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (has_bias) sums[i] += operands.bias[i / plane];
    if (operands.relu) sums[i] = std::max<std::int64_t>(0, sums[i]);
  }
  const auto [smallest, largest] = std::minmax_element(sums.begin(), sums.end());
  operands.output_shift = pruning::finest_shift_to_16_bits(*smallest, *largest) + more_output_shift;
  operands.filters = std::move(filters);
  return layer;
}

}  // namespace fuzz
