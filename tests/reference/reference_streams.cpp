#include "tests/reference/reference_streams.hpp"

#include <stdexcept>

namespace reference {

namespace {

constexpr std::int64_t value_bits = 16;

}  // namespace

bool has_coarse_grains(const scnn::LayerOperands& layer) {
  const auto granularity = layer.filters->granularity;
  return granularity == pruning::Granularity::vector || granularity == pruning::Granularity::kernel ||
         granularity == pruning::Granularity::filter;
}

std::int64_t placeholders_for_run(std::int64_t zeros, std::int64_t index_bits) {
  const std::int64_t longest_run = (std::int64_t{1} << index_bits) - 1;
  std::int64_t placeholders = 0;
  while (zeros > longest_run) {
    ++placeholders;
    zeros -= longest_run + 1;
  }
  return placeholders;
}

ActivationStream activation_stream(const scnn::LayerOperands& layer, const Rectangle& tile, std::int64_t channel,
                                   Phase phase, std::int64_t index_bits) {
  const auto& shape = layer.shape;
  ActivationStream stream;
  std::int64_t zeros = 0;
  for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
    for (std::int64_t x = tile.columns.begin; x < tile.columns.end; ++x) {
      const bool in_phase = (y + shape.padding.rows) % shape.stride.rows == phase.row &&
                            (x + shape.padding.columns) % shape.stride.columns == phase.column;
      if (!in_phase) continue;
      const std::int64_t value = layer.activations.at(static_cast<std::size_t>((channel * shape.H + y) * shape.W + x));
      if (value == 0 && layer.dense != scnn::DenseOperand::activations) {
        ++zeros;
        continue;
      }
      for (std::int64_t i = 0; i < placeholders_for_run(zeros, index_bits); ++i) stream.push_back({});
      stream.push_back({.y = y, .x = x, .value = value});
      zeros = 0;
    }
  }
  return stream;
}

WeightStream weight_stream(const scnn::LayerOperands& layer, Range filters, std::int64_t channel, Phase phase,
                           std::int64_t index_bits) {
  const auto& shape = layer.shape;
  const bool coarse = has_coarse_grains(layer);
  WeightStream stream;
  std::int64_t skipped = 0;
  std::int64_t previous_grain = -1;
  for (std::int64_t k = filters.begin; k < filters.end; ++k) {
    for (std::int64_t r = 0; r < shape.R; ++r) {
      for (std::int64_t s = 0; s < shape.S; ++s) {
        const bool in_phase = (shape.dilation.rows * r) % shape.stride.rows == phase.row &&
                              (shape.dilation.columns * s) % shape.stride.columns == phase.column;
        if (!in_phase) continue;
        const std::int64_t channel_in_group = channel % shape.channels_per_group();
        const auto index =
            static_cast<std::size_t>(((k * shape.channels_per_group() + channel_in_group) * shape.R + r) * shape.S + s);
        const std::int64_t value = layer.filters->weights.at(index);
        if (layer.dense == scnn::DenseOperand::weights) {
          stream.push_back({.k = k, .r = r, .s = s, .value = value, .has_index = false});
          continue;
        }
        const bool stored = coarse ? layer.filters->kept.at(index) != 0 : value != 0;
        if (!stored) {
          if (value != 0) throw std::invalid_argument("a removed grain holds a value");
          ++skipped;
          continue;
        }
        const std::int64_t grain = layer.filters->granularity == pruning::Granularity::vector ? k * shape.R + r : k;
        const bool has_index = !coarse || grain != previous_grain;
        if (!has_index && skipped > 0) throw std::invalid_argument("a grain is kept only in part");
        for (std::int64_t i = 0; i < placeholders_for_run(skipped, index_bits); ++i) {
          stream.push_back({.is_placeholder = true});
        }
        stream.push_back({.k = k, .r = r, .s = s, .value = value, .has_index = has_index});
        skipped = 0;
        previous_grain = grain;
      }
    }
  }
  return stream;
}

std::int64_t stored_elements(const scnn::LayerOperands& layer, const std::vector<std::int64_t>& values,
                             std::int64_t index_bits) {
  if (layer.dense == scnn::DenseOperand::activations) return std::ssize(values);
  std::int64_t elements = 0;
  std::int64_t zeros = 0;
  for (const std::int64_t value : values) {
    if (value == 0) {
      ++zeros;
    } else {
      elements += placeholders_for_run(zeros, index_bits) + 1;
      zeros = 0;
    }
  }
  return elements;
}

std::int64_t bits_of(const Weight& weight, std::int64_t index_bits) {
  return weight.has_index ? value_bits + index_bits : value_bits;
}

std::int64_t activation_bits(const scnn::LayerOperands& layer, std::int64_t elements, std::int64_t index_bits) {
  return elements * (layer.dense == scnn::DenseOperand::activations ? value_bits : value_bits + index_bits);
}

}  // namespace reference
