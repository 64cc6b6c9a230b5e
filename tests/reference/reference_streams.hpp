#pragma once

#include <cstdint>
#include <vector>

#include "models/scnn/layer_operands.hpp"

/// Section 2 of the machine's description: compressed streams, element by element. A dense operand's streams hold every
/// value, none with an index.
namespace reference {

/// Half-open interval of indices; never `end < begin`.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  [[nodiscard]] std::int64_t size() const { return end - begin; }
  [[nodiscard]] bool contains(std::int64_t i) const { return begin <= i && i < end; }
};

struct Rectangle {
  Range rows;
  Range columns;
  [[nodiscard]] std::int64_t area() const { return rows.size() * columns.size(); }
  [[nodiscard]] bool contains(std::int64_t row, std::int64_t column) const {
    return rows.contains(row) && columns.contains(column);
  }
};

struct Phase {
  std::int64_t row = 0;
  std::int64_t column = 0;
};

/// An element of an activation stream: a pixel, possibly a stored zero, or a placeholder of value 0.
struct Activation {
  std::int64_t y = 0;
  std::int64_t x = 0;
  std::int64_t value = 0;
};

/// An element of a weight stream: a tap of filter `k`, possibly a stored zero, or a placeholder.
struct Weight {
  std::int64_t k = 0;
  std::int64_t r = 0;
  std::int64_t s = 0;
  std::int64_t value = 0;
  bool has_index = true;
  bool is_placeholder = false;
};

using ActivationStream = std::vector<Activation>;
using WeightStream = std::vector<Weight>;

/// Whether all values of a kept grain are stored, zeros included.
bool has_coarse_grains(const scnn::LayerOperands& layer);

/// Placeholders that break a run of `zeros` before a stored element.
std::int64_t placeholders_for_run(std::int64_t zeros, std::int64_t index_bits);

/// The pixels of one channel of `tile` that belong to the phase.
ActivationStream activation_stream(const scnn::LayerOperands& layer, const Rectangle& tile, std::int64_t channel,
                                   Phase phase, std::int64_t index_bits);

/// The taps of the filters in `filters` for input channel `channel` (of the whole layer) that
/// belong to the phase.
/// @throws std::invalid_argument if a coarse grain is kept only in part, or holds values though removed
WeightStream weight_stream(const scnn::LayerOperands& layer, Range filters, std::int64_t channel, Phase phase,
                           std::int64_t index_bits);

/// Elements in which activations are stored, placeholders included.
std::int64_t stored_elements(const scnn::LayerOperands& layer, const std::vector<std::int64_t>& values,
                             std::int64_t index_bits);

/// Bits of an element.
std::int64_t bits_of(const Weight& weight, std::int64_t index_bits);
std::int64_t activation_bits(const scnn::LayerOperands& layer, std::int64_t elements, std::int64_t index_bits);

}  // namespace reference
