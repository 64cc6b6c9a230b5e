#include "models/scnn/mapping.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace scnn {

namespace {

using pruning::ConvolutionShape;

int floor_divide(int a, int b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}
int ceil_divide(int a, int b) {
  return -floor_divide(-a, b);
}

/// Outputs of a plane's row (or column) range that input pixels [tile.begin, tile.end) reach.
Range reached(Range tile, Range outputs, int padding, int dilation, int taps, int stride) {
  if (tile.empty()) return {outputs.begin, outputs.begin};
  const int first = ceil_divide(tile.begin + padding - dilation * (taps - 1), stride);
  const int last = floor_divide(tile.end - 1 + padding, stride);
  return {std::max(outputs.begin, first), std::min(outputs.end - 1, last) + 1};
}

/// Input rows (or columns) that the outputs of a range need; may be empty where all lies in the padding.
Range needed(Range outputs, int extent, int padding, int dilation, int taps, int stride) {
  return {std::max(0, outputs.begin * stride - padding),
          std::min(extent, (outputs.end - 1) * stride - padding + dilation * (taps - 1) + 1)};
}

std::string text_of(pruning::RowsColumns tiles) {
  return std::to_string(tiles.rows) + " x " + std::to_string(tiles.columns);
}

std::vector<Pass> cut_into_passes(const ConvolutionShape& shape, int rows, int columns, const Parameters& parameters) {
  const bool single = rows == 1 && columns == 1;
  std::vector<Pass> passes;
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      const Window outputs{part_of({0, shape.P()}, i, rows), part_of({0, shape.Q()}, j, columns)};
      passes.push_back(map_pass(shape, outputs, parameters, single));
    }
  }
  return passes;
}

int largest_tile(const std::vector<Pass>& passes) {
  int largest = 0;
  for (const Pass& pass : passes) largest = std::max(largest, pass.largest_accumulator_tile());
  return largest;
}

std::vector<OutputGroup> cut_into_groups(const ConvolutionShape& shape, int kc) {
  std::vector<OutputGroup> groups;
  const int filters = shape.filters_per_group();
  const int channels = shape.channels_per_group();
  for (int g = 0; g < shape.groups; ++g) {
    for (int k = 0; k < filters; k += kc) {
      groups.push_back(
          {{g * filters + k, g * filters + std::min(k + kc, filters)}, {g * channels, (g + 1) * channels}});
    }
  }
  return groups;
}

}  // namespace

int Pass::largest_accumulator_tile() const {
  int largest = 0;
  for (const PeTile& tile : tiles) largest = std::max(largest, tile.accumulator.size());
  return largest;
}

Range part_of(Range whole, std::int64_t i, std::int64_t parts) {
  const std::int64_t size = whole.size();
  return {whole.begin + static_cast<int>(i * size / parts), whole.begin + static_cast<int>((i + 1) * size / parts)};
}

Window needed_input(const ConvolutionShape& shape, const Window& outputs) {
  return {
      needed(outputs.rows, shape.H, shape.padding.rows, shape.dilation.rows, shape.R, shape.stride.rows),
      needed(outputs.columns, shape.W, shape.padding.columns, shape.dilation.columns, shape.S, shape.stride.columns)};
}

Pass map_pass(const ConvolutionShape& shape, const Window& outputs, const Parameters& parameters,
              bool whole_input_plane) {
  Pass pass;
  pass.outputs = outputs;
  pass.input = whole_input_plane ? Window{{0, shape.H}, {0, shape.W}} : needed_input(shape, outputs);
  for (std::int64_t i = 0; i < parameters.rows; ++i) {
    for (std::int64_t j = 0; j < parameters.columns; ++j) {
      PeTile tile;
      tile.input = {part_of(pass.input.rows, i, parameters.rows), part_of(pass.input.columns, j, parameters.columns)};
      tile.owned = {part_of(outputs.rows, i, parameters.rows), part_of(outputs.columns, j, parameters.columns)};
      tile.accumulator = {
          reached(tile.input.rows, outputs.rows, shape.padding.rows, shape.dilation.rows, shape.R, shape.stride.rows),
          reached(tile.input.columns, outputs.columns, shape.padding.columns, shape.dilation.columns, shape.S,
                  shape.stride.columns)};
      pass.tiles.push_back(tile);
    }
  }
  return pass;
}

bool input_fits(const LayerOperands& operands, const Pass& pass, const Parameters& parameters) {
  std::optional<pruning::ActivationSizes> sizes;
  return std::all_of(pass.tiles.begin(), pass.tiles.end(), [&](const PeTile& tile) {
    // A stream has no more elements than pixels, so most small layers need no count.
    const std::int64_t pixels = std::int64_t{1} * operands.shape.C * tile.input.size();
    if (pixels <= parameters.iaram_elements) return true;
    if (operands.dense == DenseOperand::activations) return false;
    if (!sizes) sizes.emplace(operands.shape, operands.activations, static_cast<int>(parameters.index_bits));
    return sizes->at_most(tile.input, parameters.iaram_elements);
  });
}

TemporalTiling tile(const ConvolutionShape& shape, const Parameters& parameters, pruning::RowsColumns tiles) {
  if (tiles.rows > shape.P() || tiles.columns > shape.Q()) {
    throw LayerDoesNotFit("its output plane of " + std::to_string(shape.P()) + " x " + std::to_string(shape.Q()) +
                          " cannot be cut into " + text_of(tiles) + " temporal tiles");
  }
  return {tiles.rows, tiles.columns, cut_into_passes(shape, tiles.rows, tiles.columns, parameters)};
}

TemporalTiling tile_until(const ConvolutionShape& shape, const Parameters& parameters,
                          const std::function<bool(const std::vector<Pass>&)>& fit) {
  pruning::RowsColumns tiles;
  for (;;) {
    TemporalTiling tiling = tile(shape, parameters, tiles);
    if (fit(tiling.passes)) return tiling;
    const bool rows_can_double = 2 * tiles.rows <= shape.P();
    const bool columns_can_double = 2 * tiles.columns <= shape.Q();
    if (rows_can_double && (tiles.rows <= tiles.columns || !columns_can_double)) {
      tiles.rows *= 2;
    } else if (columns_can_double) {
      tiles.columns *= 2;
    } else {
      return tiling;
    }
  }
}

int output_channels_per_group(const ConvolutionShape& shape, std::int64_t largest_tile, const Parameters& parameters) {
  std::int64_t kc = std::min<std::int64_t>(parameters.output_channels_per_group, shape.filters_per_group());
  if (largest_tile > 0) kc = std::min(kc, parameters.partial_sums() / largest_tile);
  return static_cast<int>(std::max<std::int64_t>(1, kc));
}

Mapping map_layer(const LayerOperands& operands, const Parameters& parameters) {
  const ConvolutionShape& shape = operands.shape;
  Mapping mapping;
  bool accumulators_fit = false;
  const auto fit = [&](const std::vector<Pass>& passes) {
    accumulators_fit = largest_tile(passes) <= parameters.partial_sums();
    mapping.input_fits = std::all_of(passes.begin(), passes.end(),
                                     [&](const Pass& pass) { return input_fits(operands, pass, parameters); });
    return accumulators_fit && mapping.input_fits;
  };
  auto& tiling = static_cast<TemporalTiling&>(mapping);
  if (operands.temporal_tiles) {
    tiling = tile(shape, parameters, *operands.temporal_tiles);
    if (!fit(mapping.passes) && accumulators_fit) {
      throw LayerDoesNotFit("cut into " + text_of(*operands.temporal_tiles) +
                            " temporal tiles, one PE holds more than " + std::to_string(parameters.iaram_elements) +
                            " elements of input in some pass");
    }
  } else {
    tiling = tile_until(shape, parameters, fit);
  }

  const int largest = largest_tile(mapping.passes);
  if (!accumulators_fit) {
    const std::string cut = operands.temporal_tiles ? "in " + text_of(*operands.temporal_tiles) + " temporal tiles"
                                                    : "even in the smallest passes";
    throw LayerDoesNotFit("one output channel needs " + std::to_string(largest) + " partial sums in one PE " + cut +
                          ", but its accumulators hold " + std::to_string(parameters.partial_sums()) +
                          " (banks x entries)");
  }
  mapping.kc = output_channels_per_group(shape, largest, parameters);
  mapping.groups = cut_into_groups(shape, mapping.kc);
  return mapping;
}

OaramUse oaram_use(const LayerOperands& operands, std::span<const std::int16_t> outputs, const Pass& pass,
                   const Parameters& parameters) {
  const ConvolutionShape& shape = operands.shape;
  // Owned outputs are coded like activations of a stride-1 layer whose input is this layer's output.
  ConvolutionShape written;
  written.H = shape.P();
  written.W = shape.Q();
  const bool dense = operands.dense == DenseOperand::activations;
  std::optional<pruning::ActivationSizes> sizes;
  if (!dense) sizes.emplace(written, outputs, static_cast<int>(parameters.index_bits));
  OaramUse use;
  for (const PeTile& tile : pass.tiles) {
    if (tile.owned.empty()) continue;
    const std::int64_t elements = dense ? std::int64_t{shape.K} * tile.owned.size() : sizes->elements(tile.owned);
    use.elements += elements;
    use.fullest_pe = std::max(use.fullest_pe, elements);
  }
  return use;
}

}  // namespace scnn
