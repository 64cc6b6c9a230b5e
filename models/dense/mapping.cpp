#include "models/dense/mapping.hpp"

#include <algorithm>

namespace dense {

namespace {

using pruning::ConvolutionShape;
using scnn::Pass;
using scnn::PeTile;
using scnn::Range;
using scnn::Window;

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

/// Positions of the fullest PE in one channel. @param window of a tile
std::int64_t largest(const std::vector<Pass>& passes, Window PeTile::*window) {
  std::int64_t positions = 0;
  for (const Pass& pass : passes) {
    for (const PeTile& tile : pass.tiles) positions = std::max<std::int64_t>(positions, (tile.*window).size());
  }
  return positions;
}

Range overlap(Range a, Range b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

/// Input pixels of one channel that PEs need for their outputs and other PEs hold.
std::int64_t halo_pixels(const ConvolutionShape& shape, const Pass& pass) {
  std::int64_t pixels = 0;
  for (const PeTile& tile : pass.tiles) {
    if (tile.owned.empty()) continue;
    const Window needed = scnn::needed_input(shape, tile.owned);
    const Window own{overlap(needed.rows, tile.input.rows), overlap(needed.columns, tile.input.columns)};
    pixels += needed.size() - own.size();
  }
  return pixels;
}

}  // namespace

Mapping map_layer(const ConvolutionShape& shape, const scnn::Parameters& parameters, std::int64_t sram_bytes) {
  constexpr std::int64_t value_bytes = 2;
  const std::int64_t capacity = sram_bytes / 2 / value_bytes / parameters.pes();  // of one PE, for input or output
  Mapping mapping;
  static_cast<scnn::TemporalTiling&>(mapping) =
      scnn::tile_until(shape, parameters, [&](const std::vector<Pass>& passes) {
        return mapping.input_fits = shape.C * largest(passes, &PeTile::input) <= capacity;
      });
  const std::int64_t tile = largest(mapping.passes, &PeTile::owned);
  mapping.output_fits = shape.K * tile <= capacity;
  mapping.kc = scnn::output_channels_per_group(shape, tile, parameters);
  mapping.groups = shape.groups * ceil_divide(shape.filters_per_group(), mapping.kc);
  mapping.parts = std::max<std::int64_t>(1, ceil_divide(tile, parameters.partial_sums()));
  mapping.vectors = ceil_divide(std::int64_t{1} * shape.channels_per_group() * shape.R * shape.S, parameters.lanes());
  for (const Pass& pass : mapping.passes) mapping.halo_pixels += halo_pixels(shape, pass);
  return mapping;
}

std::vector<Window> output_tiles(const ConvolutionShape& shape, const scnn::Parameters& parameters) {
  std::vector<Window> tiles;
  for (const PeTile& tile : scnn::map_pass(shape, {{0, shape.P()}, {0, shape.Q()}}, parameters, true).tiles) {
    tiles.push_back(tile.owned);
  }
  return tiles;
}

}  // namespace dense
