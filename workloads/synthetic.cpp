#include "workloads/synthetic.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

#include "workloads/portable_math.hpp"
#include "workloads/random_stream.hpp"

namespace workloads {

namespace {

constexpr std::size_t values_at_once = 4096;  // random ones: they stay in the cache

pruning::Tensor<float> independent_input(const Layer& layer, std::uint64_t seed, double density) {
  pruning::Tensor<float> input({layer.input.channels, layer.input.height, layer.input.width});
  RandomStream zeros(seed, "zeros", layer.name);
  RandomStream values(seed, "activations", layer.name);
  std::array<double, values_at_once> normal{};
  std::array<double, values_at_once> chance{};
  for (std::size_t first = 0; first < input.values.size(); first += values_at_once) {
    const auto block = std::span(input.values).subspan(first, std::min(values_at_once, input.values.size() - first));
    values.normals(std::span(normal).first(block.size()));
    std::generate_n(chance.begin(), block.size(), [&] { return zeros.uniform(); });
    for (std::size_t i = 0; i < block.size(); ++i) {
      block[i] = chance[i] < density ? static_cast<float>(std::abs(normal[i])) : 0.0F;
    }
  }
  return input;
}

/// Normal values in planes, correlated within a plane, plus an offset per plane.
std::vector<double> field(const Layer& layer, std::uint64_t seed, double spread, double correlation_length) {
  const auto width = static_cast<std::size_t>(layer.input.width);
  const std::size_t plane = width * static_cast<std::size_t>(layer.input.height);
  const double kept = correlation_length > 0 ? exponential(-1 / correlation_length) : 0;
  const double fresh = std::sqrt(1 - kept * kept);

  std::vector<double> values(plane * static_cast<std::size_t>(layer.input.channels));
  RandomStream noise(seed, "field", layer.name);
  RandomStream offsets(seed, "channel offsets", layer.name);
  std::vector<double> row(width);  // correlated along the row, not yet with the row above
  for (std::size_t channel = 0; channel < values.size(); channel += plane) {
    for (std::size_t start = channel; start < channel + plane; start += width) {
      noise.normals(row);
      for (std::size_t x = 1; x < width; ++x) row[x] = kept * row[x - 1] + fresh * row[x];
      for (std::size_t x = 0; x < width; ++x) {
        values[start + x] = start == channel ? row[x] : kept * values[start + x - width] + fresh * row[x];
      }
    }
    const double offset = spread * offsets.normal();
    for (std::size_t i = channel; i < channel + plane; ++i) values[i] += offset;
  }
  return values;
}

/// A threshold above which just that share of the values lies, rounded to whole values.
double threshold_for(std::vector<double> values, double density) {
  const auto above = static_cast<std::ptrdiff_t>(std::floor(density * static_cast<double>(values.size()) + 0.5));
  const auto least_above = values.end() - above;
  if (above == 0) return *std::max_element(values.begin(), values.end());
  std::nth_element(values.begin(), least_above, values.end());
  if (least_above == values.begin()) return *least_above - 1;  // so that the least stays above zero
  return (*least_above + *std::max_element(values.begin(), least_above)) / 2;
}

}  // namespace

pruning::Tensor<float> synthetic_weights(const Layer& layer, const SyntheticWeights& parameters) {
  const pruning::ConvolutionShape& shape = layer.convolution;
  const std::int64_t channels = shape.channels_per_group();
  pruning::Tensor<float> weights(layer.type == LayerType::linear ? pruning::Shape{shape.K, channels}
                                                                 : pruning::Shape{shape.K, channels, shape.R, shape.S});
  const std::size_t kernel = static_cast<std::size_t>(shape.R) * static_cast<std::size_t>(shape.S);
  const double deviation = std::sqrt(2.0 / (static_cast<double>(channels) * static_cast<double>(kernel)));
  const double sigma = parameters.kernel_scale_sigma.of(layer.name);
  RandomStream values(parameters.seed, "weights", layer.name);
  RandomStream scales(parameters.seed, "kernel scales", layer.name);
  std::vector<double> drawn(std::max<std::size_t>(1, values_at_once / kernel) * kernel);
  for (std::size_t first = 0; first < weights.values.size(); first += drawn.size()) {
    const auto block = std::span(weights.values).subspan(first, std::min(drawn.size(), weights.values.size() - first));
    if (parameters.distribution == WeightDistribution::normal) {
      values.normals(std::span(drawn).first(block.size()));
    } else {
      std::generate_n(drawn.begin(), block.size(), [&] { return values.laplacian(); });
    }
    const std::size_t of_one_scale = sigma == 0 ? block.size() : kernel;
    for (std::size_t start = 0; start < block.size(); start += of_one_scale) {
      const double scale = sigma == 0 ? deviation : deviation * exponential(sigma * scales.normal());
      for (std::size_t i = start; i < start + of_one_scale; ++i) block[i] = static_cast<float>(scale * drawn[i]);
    }
  }
  return weights;
}

pruning::Tensor<float> synthetic_input(const Layer& layer, const SyntheticActivations& parameters) {
  const double density = parameters.density.of(layer.name);
  const double spread = parameters.channel_spread.of(layer.name);
  const double correlation_length = parameters.correlation_length.of(layer.name);
  if (spread == 0 && correlation_length == 0) return independent_input(layer, parameters.seed, density);

  const std::vector<double> before = field(layer, parameters.seed, spread, correlation_length);
  const double threshold = threshold_for(before, density);
  pruning::Tensor<float> input({layer.input.channels, layer.input.height, layer.input.width});
  std::transform(before.begin(), before.end(), input.values.begin(),
                 [threshold](double value) { return static_cast<float>(std::max(value - threshold, 0.0)); });
  return input;
}

}  // namespace workloads
