// The layers that are not convolutions: a few operations per value, written out.

#include "workloads/forward.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace workloads {

namespace {

using pruning::Tensor;

/// Part of an axis of the input that a pooling window covers.
struct Window {
  int begin = 0;
  int end = 0;
  int counted = 0;  ///< positions with the padding, that beyond it excluded
};

Window window(int output, int extent, int kernel, int stride, int padding) {
  const int begin = output * stride - padding;
  const int end = begin + kernel;
  return {std::max(begin, 0), std::min(end, extent), std::min(end, extent + padding) - begin};
}

Tensor<float> pool(const Layer& layer, const Tensor<float>& input) {
  const Pooling& pooling = layer.pooling;
  const bool maximum = layer.type == LayerType::max_pool;
  Tensor<float> output({layer.output.channels, layer.output.height, layer.output.width});
  float* out = output.values.data();
  const float* plane = input.values.data();
  for (int c = 0; c < layer.output.channels; ++c, plane += std::int64_t{1} * layer.input.height * layer.input.width) {
    for (int oy = 0; oy < layer.output.height; ++oy) {
      const Window rows =
          window(oy, layer.input.height, pooling.kernel.rows, pooling.stride.rows, pooling.padding.rows);
      for (int ox = 0; ox < layer.output.width; ++ox) {
        const Window columns =
            window(ox, layer.input.width, pooling.kernel.columns, pooling.stride.columns, pooling.padding.columns);
        float largest = -std::numeric_limits<float>::infinity();
        double sum = 0;
        for (int y = rows.begin; y < rows.end; ++y) {
          for (int x = columns.begin; x < columns.end; ++x) {
            const float value = plane[std::int64_t{1} * y * layer.input.width + x];
            largest = std::max(largest, value);
            sum += value;
          }
        }
        const std::int64_t inside = std::int64_t{1} * (rows.end - rows.begin) * (columns.end - columns.begin);
        const std::int64_t counted = pooling.count_padding ? std::int64_t{1} * rows.counted * columns.counted : inside;
        *out++ = maximum ? largest : static_cast<float>(sum / static_cast<double>(counted));
      }
    }
  }
  return output;
}

Tensor<float> average_planes(const Tensor<float>& input) {
  Tensor<float> output({input.shape[0], 1, 1});
  const std::int64_t plane = input.size() / input.shape[0];
  auto value = input.values.begin();
  for (float& average : output.values) {
    double sum = 0;
    for (std::int64_t i = 0; i < plane; ++i) sum += *value++;
    average = static_cast<float>(sum / static_cast<double>(plane));
  }
  return output;
}

Tensor<float> concatenate(const Layer& layer, const std::vector<const Tensor<float>*>& inputs) {
  Tensor<float> output;
  output.shape = {layer.output.channels, layer.output.height, layer.output.width};
  for (const Tensor<float>* input : inputs) {
    output.values.insert(output.values.end(), input->values.begin(), input->values.end());
  }
  return output;
}

Tensor<float> add(const std::vector<const Tensor<float>*>& inputs) {
  Tensor<float> output = *inputs.front();
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    for (std::size_t j = 0; j < output.values.size(); ++j) output.values[j] += inputs[i]->values[j];
  }
  return output;
}

Tensor<float> normalise_batch(const Layer& layer, Tensor<float> values, const pruning::BatchNorm& norm) {
  const std::size_t channels = static_cast<std::size_t>(layer.input.channels);
  const std::size_t plane = values.values.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    const double scale = norm.gamma[c] / std::sqrt(double{norm.variance[c]} + layer.epsilon);
    const double offset = norm.beta[c] - norm.mean[c] * scale;
    for (std::size_t i = c * plane; i < (c + 1) * plane; ++i) {
      values.values[i] = static_cast<float>(values.values[i] * scale + offset);
    }
  }
  return values;
}

/// x^-beta from square roots where they suffice: those are rounded alike everywhere.
double inverse_power(double x, double beta) {
  if (beta == 0.5) return 1 / std::sqrt(x);
  if (beta == 0.75) return 1 / (std::sqrt(x) * std::sqrt(std::sqrt(x)));
  if (beta == 1) return 1 / x;
  return std::pow(x, -beta);
}

Tensor<float> normalise_response(const Layer& layer, const Tensor<float>& input) {
  Tensor<float> output(input.shape);
  const int channels = layer.input.channels;
  const int reach = layer.lrn.size / 2;
  const std::size_t plane = input.values.size() / static_cast<std::size_t>(channels);
  for (int c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < plane; ++i) {
      double squares = 0;
      for (int other = std::max(0, c - reach); other <= std::min(channels - 1, c + reach); ++other) {
        const double value = input.values[static_cast<std::size_t>(other) * plane + i];
        squares += value * value;
      }
      const double base = layer.lrn.k + layer.lrn.alpha / layer.lrn.size * squares;
      const std::size_t at = static_cast<std::size_t>(c) * plane + i;
      output.values[at] = static_cast<float>(input.values[at] * inverse_power(base, layer.lrn.beta));
    }
  }
  return output;
}

Tensor<float> evaluate(const Layer& layer, const std::vector<const Tensor<float>*>& inputs,
                       const pruning::BatchNorm* norm) {
  const Tensor<float>& input = *inputs.front();
  switch (layer.type) {
    case LayerType::max_pool:
    case LayerType::average_pool:
      return pool(layer, input);
    case LayerType::global_average_pool:
      return average_planes(input);
    case LayerType::concat:
      return concatenate(layer, inputs);
    case LayerType::add:
      return add(inputs);
    case LayerType::batch_norm:
      if (norm == nullptr) throw std::invalid_argument("batch_norm layer '" + layer.name + "' without its statistics");
      return normalise_batch(layer, input, *norm);
    case LayerType::lrn:
      return normalise_response(layer, input);
    case LayerType::relu: {
      Tensor<float> output = input;
      rectify(output);
      return output;
    }
    case LayerType::conv:
    case LayerType::linear:
      break;
  }
  throw std::invalid_argument("layer '" + layer.name + "' needs weights");
}

}  // namespace

Tensor<float> apply(const Layer& layer, const std::vector<const Tensor<float>*>& inputs,
                    const pruning::BatchNorm* norm) {
  Tensor<float> output = evaluate(layer, inputs, norm);
  if (layer.relu) rectify(output);
  return output;
}

void rectify(Tensor<float>& values) {
  for (float& value : values.values) value = std::max(value, 0.0F);
}

}  // namespace workloads
