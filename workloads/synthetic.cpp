#include "workloads/synthetic.hpp"

#include <cmath>
#include <numbers>
#include <random>
#include <string_view>

namespace workloads {

namespace {

// The mathematical library may round differently on another host; sums, products, quotients and square roots do not.

double natural_logarithm(double x) {
  int exponent = 0;
  double mantissa = std::frexp(x, &exponent);
  if (mantissa < std::numbers::sqrt2 / 2) {
    mantissa *= 2;
    --exponent;
  }
  const double z = (mantissa - 1) / (mantissa + 1);
  double series = 0;
  for (int odd = 23; odd >= 1; odd -= 2) series = series * z * z + 1.0 / odd;
  return 2 * z * series + exponent * std::numbers::ln2;
}

double exponential(double x) {
  const double twos = std::floor(x / std::numbers::ln2 + 0.5);
  const double rest = x - twos * std::numbers::ln2;
  double series = 1;
  for (int i = 16; i >= 1; --i) series = 1 + series * rest / i;
  return std::ldexp(series, static_cast<int>(twos));
}

/// Random numbers for one tensor.
class Stream {
 public:
  Stream(std::uint64_t seed, std::string_view purpose, std::string_view layer)
      : engine_(hash(hash(mix(seed), purpose), layer)) {}

  /// In (0, 1), a multiple of 2^-53 plus half of one.
  double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }

  /// Mean 0, standard deviation 1, by Marsaglia's polar method.
  double normal() {
    if (has_spare_) {
      has_spare_ = false;
      return spare_;
    }
    double u = 0;
    double v = 0;
    double square = 0;
    do {
      u = 2 * uniform() - 1;
      v = 2 * uniform() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square == 0);
    const double factor = std::sqrt(-2 * natural_logarithm(square) / square);
    spare_ = v * factor;
    has_spare_ = true;
    return u * factor;
  }

 private:
  /// Spreads neighbouring numbers over all 64 bits.
  static std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 32)) * 0x9e3779b97f4a7c15U;
    x = (x ^ (x >> 29)) * 0xd6e8feb86659fd93U;
    return x ^ (x >> 32);
  }
  static std::uint64_t hash(std::uint64_t state, std::string_view text) {
    for (const char c : text) state = mix(state + static_cast<unsigned char>(c) + 1);
    return mix(state);
  }

  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace

pruning::Tensor<float> synthetic_weights(const Layer& layer, const SyntheticWeights& parameters) {
  const pruning::ConvolutionShape& shape = layer.convolution;
  const std::int64_t channels = shape.channels_per_group();
  pruning::Tensor<float> weights(layer.type == LayerType::linear ? pruning::Shape{shape.K, channels}
                                                                 : pruning::Shape{shape.K, channels, shape.R, shape.S});
  const std::size_t kernel = static_cast<std::size_t>(shape.R) * static_cast<std::size_t>(shape.S);
  const double deviation = std::sqrt(2.0 / (static_cast<double>(channels) * static_cast<double>(kernel)));
  Stream values(parameters.seed, "weights", layer.name);
  Stream scales(parameters.seed, "kernel scales", layer.name);
  for (std::size_t start = 0; start < weights.values.size(); start += kernel) {
    const double scale = deviation * exponential(parameters.kernel_scale_sigma * scales.normal());
    for (std::size_t i = start; i < start + kernel; ++i) {
      weights.values[i] = static_cast<float>(scale * values.normal());
    }
  }
  return weights;
}

pruning::Tensor<float> synthetic_input(const Layer& layer, const SyntheticActivations& parameters) {
  const auto own = parameters.per_layer.find(layer.name);
  const double density = own == parameters.per_layer.end() ? parameters.density : own->second;
  pruning::Tensor<float> input({layer.input.channels, layer.input.height, layer.input.width});
  Stream zeros(parameters.seed, "zeros", layer.name);
  Stream values(parameters.seed, "activations", layer.name);
  for (float& value : input.values) {
    const double magnitude = std::abs(values.normal());
    value = zeros.uniform() < density ? static_cast<float>(magnitude) : 0.0F;
  }
  return input;
}

}  // namespace workloads
