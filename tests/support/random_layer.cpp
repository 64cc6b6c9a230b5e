#include "tests/support/random_layer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <utility>
#include <vector>

namespace support {

namespace {

using pruning::ConvolutionShape;
using pruning::Granularity;
using rc::Gen;
namespace gen = rc::gen;

/// Bounds the time that a layer takes in the slowest simulator.
constexpr std::int64_t most_macs = 30000;
constexpr std::int64_t most_inputs = 1500;

/// An integer in [least, most], from its whole range whatever the size; shrinks towards `least`.
Gen<int> any(int least, int most) {
  return gen::resize(rc::kNominalSize, gen::inRange(least, most + 1));
}

/// An integer in [least, most] that grows with the size; shrinks towards `least`.
Gen<int> growing(int least, int most) {
  return gen::inRange(least, most + 1);
}

/// `usual` most of the time, else from `others`.
Gen<int> mostly(int usual, Gen<int> others) {
  return gen::weightedOneOf<int>({{2, gen::just(usual)}, {1, std::move(others)}});
}

Gen<pruning::RowsColumns> pair_of(const Gen<int>& number) {
  return gen::build<pruning::RowsColumns>(gen::set(&pruning::RowsColumns::rows, number),
                                          gen::set(&pruning::RowsColumns::columns, number));
}

/// Makes a shape valid and small: channel groups divide the channels, the filter fits into the
/// padded plane, the layer is no larger than the bounds.
ConvolutionShape valid(ConvolutionShape shape) {
  const auto reach = [](int taps, int dilation) { return dilation * (taps - 1) + 1; };
  while (reach(shape.R, shape.dilation.rows) > shape.H + 2 * shape.padding.rows) {
    shape.dilation.rows > 1 ? --shape.dilation.rows : --shape.R;
  }
  while (reach(shape.S, shape.dilation.columns) > shape.W + 2 * shape.padding.columns) {
    shape.dilation.columns > 1 ? --shape.dilation.columns : --shape.S;
  }
  shape.C *= shape.groups;
  shape.K *= shape.groups;
  while (std::int64_t{1} * shape.C * shape.H * shape.W > most_inputs || shape.macs() > most_macs) {
    if (shape.K > shape.groups) {
      shape.K -= shape.groups;
    } else if (shape.C > shape.groups) {
      shape.C -= shape.groups;
    } else if (shape.groups > 1) {
      --shape.groups;
      shape.C = shape.K = shape.groups;
    } else if (shape.H >= shape.W) {
      --shape.H;
    } else {
      --shape.W;
    }
  }
  return shape;
}

Gen<ConvolutionShape> convolution() {
  const auto shape = gen::build<ConvolutionShape>(
      gen::set(&ConvolutionShape::C, growing(1, 6)), gen::set(&ConvolutionShape::H, growing(1, 18)),
      gen::set(&ConvolutionShape::W, growing(1, 18)), gen::set(&ConvolutionShape::K, growing(1, 10)),
      gen::set(&ConvolutionShape::R, any(1, 4)), gen::set(&ConvolutionShape::S, any(1, 4)),
      gen::set(&ConvolutionShape::stride, pair_of(mostly(1, any(1, 3)))),
      gen::set(&ConvolutionShape::padding, pair_of(any(0, 3))),
      gen::set(&ConvolutionShape::dilation, pair_of(mostly(1, any(1, 3)))),
      gen::set(&ConvolutionShape::groups, mostly(1, any(1, 3))));
  return gen::map(shape, valid);
}

Gen<ConvolutionShape> one_tap() {
  return gen::map(convolution(), [](ConvolutionShape shape) {
    shape.R = shape.S = 1;
    return shape;
  });
}

Gen<ConvolutionShape> fully_connected() {
  return gen::map(gen::pair(growing(1, 120), growing(1, 60)), [](std::pair<int, int> features) {
    return valid({.C = features.first, .H = 1, .W = 1, .K = features.second, .R = 1, .S = 1});
  });
}

/// A parameter's number in [least, most].
Gen<std::int64_t> number(int least, int most) {
  return gen::cast<std::int64_t>(any(least, most));
}

/// Elements of a memory: usually enough for any layer.
Gen<std::int64_t> memory() {
  return gen::oneOf(gen::just(std::int64_t{4096}), gen::just(std::int64_t{4096}), number(1, 100), number(1, 20));
}

Gen<double> dram_bandwidth() {
  const auto whole = gen::map(any(1, 60), [](int bytes) { return 1000 * bytes; });
  const auto thousandths = gen::oneOf(gen::just(0), gen::just(0), any(50, 1000), any(1000, 60000), whole);
  return gen::map(thousandths, [](int n) { return n / 1000.0; });
}

Gen<scnn::Parameters> machine() {
  using P = scnn::Parameters;
  return gen::build<P>(
      gen::set(&P::rows, number(1, 4)), gen::set(&P::columns, number(1, 4)),
      gen::set(&P::weights_per_cycle, number(1, 5)), gen::set(&P::activations_per_cycle, number(1, 5)),
      gen::set(&P::accumulator_banks, gen::oneOf(number(1, 33), number(1, 33), number(1, 5), number(1, 2))),
      gen::set(&P::accumulator_entries, gen::oneOf(number(16, 64), number(16, 64), number(1, 16), number(1, 2))),
      gen::set(&P::accumulator_sets, number(1, 2)), gen::set(&P::accumulator_bits, number(8, 32)),
      gen::set(&P::bank_queue, number(1, 8)), gen::set(&P::bank_writes, number(0, 2)),
      gen::set(&P::lane_queue, number(1, 3)),
      gen::set(&P::bypass_registers, gen::oneOf(gen::just(std::int64_t{0}), number(0, 4))),
      gen::set(&P::merge, gen::arbitrary<bool>()),
      gen::set(&P::stationary, gen::element(scnn::Stationary::input, scnn::Stationary::weight)),
      gen::set(&P::weight_fifo_entries, gen::oneOf(number(1, 50), number(1, 6))),
      gen::set(&P::pipeline_latency, number(0, 5)), gen::set(&P::iaram_elements, memory()),
      gen::set(&P::oaram_elements, memory()), gen::set(&P::output_channels_per_group, number(1, 8)),
      gen::set(&P::broadcast_entries, number(1, 5)), gen::set(&P::dram_bytes_per_cycle, dram_bandwidth()),
      gen::set(&P::dram_latency, gen::oneOf(gen::just(std::int64_t{0}), number(0, 30))),
      gen::set(&P::ppu_values, number(1, 4)), gen::set(&P::halo_values, number(1, 4)),
      gen::set(&P::index_bits, gen::oneOf(number(1, 8), number(1, 3))));
}

/// A value that is not zero; shrinks to a small one.
Gen<std::int16_t> non_zero_value() {
  const auto magnitude = gen::weightedOneOf<int>({{3, any(1, 9)}, {3, any(1, 32767)}, {1, gen::just(32767)}});
  return gen::map(gen::pair(magnitude, any(0, 1)), [](std::pair<int, int> value) {
    return static_cast<std::int16_t>(value.second == 0 ? value.first : -value.first);
  });
}

/// `count` values of which about `percent` in a hundred are not zero.
Gen<std::vector<std::int16_t>> values(std::int64_t count, int percent) {
  // Below the threshold a value is zero, so that shrinking the draw takes values away.
  const auto value = gen::map(gen::pair(any(0, 99), non_zero_value()), [percent](std::pair<int, std::int16_t> drawn) {
    return drawn.first >= 100 - percent ? drawn.second : std::int16_t{0};
  });
  return gen::container<std::vector<std::int16_t>>(static_cast<std::size_t>(count), value);
}

Gen<int> density_in_percent() {
  return gen::weightedOneOf<int>({{2, any(0, 100)}, {3, any(30, 100)}, {1, gen::just(100)}});
}

/// What is drawn before the tensors, whose sizes depend on it.
struct Frame {
  scnn::Parameters parameters;
  ConvolutionShape shape;
  Granularity granularity = Granularity::none;
  int kept_percent = 0;
  int weight_percent = 0;  ///< of the weights of kept grains
  int activation_percent = 0;
  bool has_bias = false;
  bool relu = false;
  int more_product_shift = 0;
  int more_output_shift = 0;
};

Gen<Frame> frame(const Gen<ConvolutionShape>& shape) {
  return gen::build<Frame>(
      gen::set(&Frame::parameters, machine()), gen::set(&Frame::shape, shape),
      gen::set(&Frame::granularity, gen::element(Granularity::none, Granularity::fine, Granularity::vector,
                                                 Granularity::kernel, Granularity::filter)),
      gen::set(&Frame::kept_percent, density_in_percent()), gen::set(&Frame::weight_percent, density_in_percent()),
      gen::set(&Frame::activation_percent, density_in_percent()), gen::set(&Frame::has_bias, gen::arbitrary<bool>()),
      gen::set(&Frame::relu, gen::arbitrary<bool>()), gen::set(&Frame::more_product_shift, mostly(0, any(0, 3))),
      gen::set(&Frame::more_output_shift, mostly(0, any(0, 8))));
}

bool stores_whole_grains(Granularity granularity) {
  return granularity != Granularity::none && granularity != Granularity::fine;
}

std::int64_t weights_per_grain(Granularity granularity, const ConvolutionShape& shape) {
  switch (granularity) {
    case Granularity::vector:
      return shape.S;
    case Granularity::kernel:
      return std::int64_t{1} * shape.R * shape.S;
    case Granularity::filter:
      return std::int64_t{1} * shape.channels_per_group() * shape.R * shape.S;
    case Granularity::none:
    case Granularity::fine:
      break;
  }
  return 1;
}

/// Calls `visit(output, weight, activation)` for every product of a dense convolution.
template <class Visit>
void for_each_product(const ConvolutionShape& shape, Visit visit) {
  const int channels = shape.channels_per_group();
  for (int k = 0; k < shape.K; ++k) {
    for (int oy = 0; oy < shape.P(); ++oy) {
      for (int ox = 0; ox < shape.Q(); ++ox) {
        for (int i = 0; i < channels * shape.R * shape.S; ++i) {
          const int s = i % shape.S;
          const int r = i / shape.S % shape.R;
          const int c = i / shape.S / shape.R;
          const int y = oy * shape.stride.rows - shape.padding.rows + shape.dilation.rows * r;
          const int x = ox * shape.stride.columns - shape.padding.columns + shape.dilation.columns * s;
          if (y < 0 || y >= shape.H || x < 0 || x >= shape.W) continue;
          const int channel = k / shape.filters_per_group() * channels + c;
          visit(static_cast<std::size_t>((k * shape.P() + oy) * shape.Q() + ox),
                static_cast<std::size_t>(k * channels * shape.R * shape.S + i),
                static_cast<std::size_t>((channel * shape.H + y) * shape.W + x));
        }
      }
    }
  }
}

std::int64_t rounded_shift(std::int64_t value, int shift) {
  return shift == 0 ? value : (value + (std::int64_t{1} << (shift - 1))) >> shift;
}

/// The smallest shift at which the magnitudes of the products of every output sum to less than 2^(bits-1).
int smallest_product_shift(const scnn::LayerOperands& layer, std::int64_t bits) {
  for (int shift = 0;; ++shift) {
    std::vector<std::int64_t> magnitudes(static_cast<std::size_t>(layer.shape.K * layer.shape.P() * layer.shape.Q()));
    for_each_product(layer.shape, [&](std::size_t output, std::size_t weight, std::size_t activation) {
      const std::int64_t product = std::int64_t{1} * layer.filters->weights[weight] * layer.activations[activation];
      magnitudes[output] += std::abs(rounded_shift(product, shift));
    });
    if (*std::max_element(magnitudes.begin(), magnitudes.end()) < std::int64_t{1} << (bits - 1)) return shift;
  }
}

/// The smallest shift at which every output fits 16 bits.
int smallest_output_shift(const scnn::LayerOperands& layer) {
  const auto plane = static_cast<std::size_t>(layer.shape.P() * layer.shape.Q());
  std::vector<std::int64_t> sums(static_cast<std::size_t>(layer.shape.K) * plane);
  for_each_product(layer.shape, [&](std::size_t output, std::size_t weight, std::size_t activation) {
    const std::int64_t product = std::int64_t{1} * layer.filters->weights[weight] * layer.activations[activation];
    sums[output] += rounded_shift(product, layer.product_shift);
  });
  std::int64_t largest = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const std::int64_t value = sums[i] + (layer.bias.empty() ? 0 : layer.bias[i / plane]);
    if (value >= 0 || !layer.relu) largest = std::max(largest, std::abs(value));
  }
  int shift = 0;
  while (rounded_shift(largest, shift) > 32767) ++shift;
  return shift;
}

RandomLayer assemble(const Frame& frame, std::vector<std::int16_t> weights, std::vector<std::int16_t> activations,
                     const std::vector<int>& grain_draws, const std::vector<int>& biases) {
  scnn::Filters filters;
  filters.granularity = frame.granularity;
  filters.weights = std::move(weights);
  if (stores_whole_grains(frame.granularity)) {
    const auto grain = static_cast<std::size_t>(weights_per_grain(frame.granularity, frame.shape));
    for (std::size_t i = 0; i < filters.weights.size(); ++i) {
      const bool kept = grain_draws[i / grain] >= 100 - frame.kept_percent;
      filters.kept.push_back(kept ? 1 : 0);
      if (!kept) filters.weights[i] = 0;
    }
  } else {
    for (const std::int16_t weight : filters.weights) filters.kept.push_back(weight != 0 ? 1 : 0);
  }
  RandomLayer layer{.parameters = frame.parameters, .operands = {}};
  auto& operands = layer.operands;
  operands.shape = frame.shape;
  operands.filters = std::make_shared<const scnn::Filters>(std::move(filters));
  operands.activations = std::move(activations);
  if (frame.has_bias) {
    const std::int64_t limit = std::int64_t{1} << (frame.parameters.accumulator_bits - 1);
    for (const int bias : biases) operands.bias.push_back(bias * limit / 1000);
  }
  operands.relu = frame.relu;
  operands.product_shift =
      smallest_product_shift(operands, frame.parameters.accumulator_bits) + frame.more_product_shift;
  operands.output_shift = smallest_output_shift(operands) + frame.more_output_shift;
  return layer;
}

Gen<RandomLayer> random_layer(const Gen<ConvolutionShape>& of_shape) {
  return gen::mapcat(frame(of_shape), [](const Frame& frame) {
    const auto& shape = frame.shape;
    const std::int64_t grains = shape.weight_count() / weights_per_grain(frame.granularity, shape);
    const std::int64_t pixels = std::int64_t{1} * shape.C * shape.H * shape.W;
    const auto draws = gen::container<std::vector<int>>(
        static_cast<std::size_t>(stores_whole_grains(frame.granularity) ? grains : 0), any(0, 99));
    const auto biases = gen::container<std::vector<int>>(
        static_cast<std::size_t>(frame.has_bias ? shape.K : 0),
        gen::oneOf(gen::just(0), gen::map(any(0, 2000), [](int bias) { return bias - 1000; })));
    return gen::apply(
        [frame](std::vector<std::int16_t> weights, std::vector<std::int16_t> activations,
                const std::vector<int>& grain_draws, const std::vector<int>& bias_draws) {
          return assemble(frame, std::move(weights), std::move(activations), grain_draws, bias_draws);
        },
        values(shape.weight_count(), frame.weight_percent), values(pixels, frame.activation_percent), draws, biases);
  });
}

template <class T>
void show(std::ostream& out, const char* name, const std::vector<T>& values) {
  out << name << " = {";
  for (std::size_t i = 0; i < values.size(); ++i) out << (i == 0 ? "" : ", ") << std::int64_t{values[i]};
  out << "}\n";
}

}  // namespace

void showValue(const RandomLayer& layer, std::ostream& out) {
  const auto& p = layer.parameters;
  const auto& operands = layer.operands;
  const auto& shape = operands.shape;
  constexpr const char* granularities[] = {"none", "fine", "vector", "kernel", "filter"};
  out << "\nparameters = {.rows = " << p.rows << ", .columns = " << p.columns
      << ", .weights_per_cycle = " << p.weights_per_cycle << ", .activations_per_cycle = " << p.activations_per_cycle
      << ", .accumulator_banks = " << p.accumulator_banks << ", .accumulator_entries = " << p.accumulator_entries
      << ", .accumulator_sets = " << p.accumulator_sets << ", .accumulator_bits = " << p.accumulator_bits
      << ", .bank_queue = " << p.bank_queue << ", .bank_writes = " << p.bank_writes
      << ", .lane_queue = " << p.lane_queue << ", .bypass_registers = " << p.bypass_registers
      << ", .merge = " << (p.merge ? "true" : "false")
      << ", .stationary = scnn::Stationary::" << (p.stationary == scnn::Stationary::input ? "input" : "weight")
      << ", .weight_fifo_entries = " << p.weight_fifo_entries << ", .pipeline_latency = " << p.pipeline_latency
      << ", .iaram_elements = " << p.iaram_elements << ", .oaram_elements = " << p.oaram_elements
      << ", .output_channels_per_group = " << p.output_channels_per_group
      << ", .broadcast_entries = " << p.broadcast_entries << ", .dram_bytes_per_cycle = " << p.dram_bytes_per_cycle
      << ", .dram_latency = " << p.dram_latency << ", .ppu_values = " << p.ppu_values
      << ", .halo_values = " << p.halo_values << ", .index_bits = " << p.index_bits << "}\n";
  out << "shape = {.C = " << shape.C << ", .H = " << shape.H << ", .W = " << shape.W << ", .K = " << shape.K
      << ", .R = " << shape.R << ", .S = " << shape.S << ", .stride = {" << shape.stride.rows << ", "
      << shape.stride.columns << "}, .padding = {" << shape.padding.rows << ", " << shape.padding.columns
      << "}, .dilation = {" << shape.dilation.rows << ", " << shape.dilation.columns << "}, .groups = " << shape.groups
      << "}  // P = " << shape.P() << ", Q = " << shape.Q() << "\n";
  out << "granularity = " << granularities[static_cast<int>(operands.filters->granularity)] << "\n";
  show(out, "weights", operands.filters->weights);
  show(out, "kept", operands.filters->kept);
  show(out, "bias", operands.bias);
  show(out, "activations", operands.activations);
  out << "product_shift = " << operands.product_shift << ", relu = " << operands.relu
      << ", output_shift = " << operands.output_shift << "\n";
}

rc::Gen<RandomLayer> one_tap_layer() {
  return random_layer(gen::weightedOneOf<ConvolutionShape>({{3, one_tap()}, {1, fully_connected()}}));
}

}  // namespace support

rc::Gen<support::RandomLayer> rc::Arbitrary<support::RandomLayer>::arbitrary() {
  return support::random_layer(rc::gen::weightedOneOf<pruning::ConvolutionShape>(
      {{7, support::convolution()}, {1, support::fully_connected()}}));
}
