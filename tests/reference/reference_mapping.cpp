#include "tests/reference/reference_mapping.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/reference/reference_arithmetic.hpp"

namespace reference {

namespace {

/// Part `i` of `parts` of a range: `[floor(i n / parts), floor((i+1) n / parts))` from its begin.
Range part_of(Range range, std::int64_t i, std::int64_t parts) {
  return {range.begin + floor_divide(i * range.size(), parts),
          range.begin + floor_divide((i + 1) * range.size(), parts)};
}

/// One dimension of a layer.
struct Axis {
  std::int64_t in, taps, stride, padding, dilation;
};

Axis row_axis(const pruning::ConvolutionShape& shape) {
  return {shape.H, shape.R, shape.stride.rows, shape.padding.rows, shape.dilation.rows};
}

Axis column_axis(const pruning::ConvolutionShape& shape) {
  return {shape.W, shape.S, shape.stride.columns, shape.padding.columns, shape.dilation.columns};
}

/// Outputs among `outputs` that the inputs of `tile` can reach.
Range reached_outputs(const Axis& axis, Range tile, Range outputs) {
  if (tile.size() == 0) return {};
  const std::int64_t first =
      std::max(outputs.begin, ceil_divide(tile.begin + axis.padding - axis.dilation * (axis.taps - 1), axis.stride));
  const std::int64_t last = std::min(outputs.end - 1, floor_divide(tile.end - 1 + axis.padding, axis.stride));
  return first <= last ? Range{first, last + 1} : Range{};
}

/// Inputs that outputs take, and all between them.
Range window_of(const Axis& axis, Range outputs) {
  const std::int64_t begin = std::max<std::int64_t>(0, outputs.begin * axis.stride - axis.padding);
  const std::int64_t end =
      std::min(axis.in, (outputs.end - 1) * axis.stride - axis.padding + axis.dilation * (axis.taps - 1) + 1);
  return {begin, std::max(begin, end)};
}

Pass make_pass(const pruning::ConvolutionShape& shape, const scnn::Parameters& machine, const Rectangle& window,
               const Rectangle& outputs) {
  Pass pass{.window = window, .outputs = outputs, .pes = {}};
  for (std::int64_t i = 0; i < machine.rows; ++i) {
    for (std::int64_t j = 0; j < machine.columns; ++j) {
      Tiles tiles;
      tiles.input = {part_of(window.rows, i, machine.rows), part_of(window.columns, j, machine.columns)};
      tiles.owned = {part_of(outputs.rows, i, machine.rows), part_of(outputs.columns, j, machine.columns)};
      tiles.accumulators = {reached_outputs(row_axis(shape), tiles.input.rows, outputs.rows),
                            reached_outputs(column_axis(shape), tiles.input.columns, outputs.columns)};
      pass.pes.push_back(tiles);
    }
  }
  return pass;
}

std::int64_t largest_accumulator_tile(const Pass& pass) {
  std::int64_t largest = 0;
  for (const Tiles& pe : pass.pes) largest = std::max(largest, pe.accumulators.area());
  return largest;
}

bool accumulators_fit(const Pass& pass, const scnn::Parameters& machine) {
  return largest_accumulator_tile(pass) <= machine.accumulator_banks * machine.accumulator_entries;
}

bool input_fits(const Pass& pass, const scnn::LayerOperands& layer, const scnn::Parameters& machine) {
  const auto elements = input_elements(pass, layer, machine.index_bits);
  return *std::max_element(elements.begin(), elements.end()) <= machine.iaram_elements;
}

std::vector<Group> cut_into_groups(const pruning::ConvolutionShape& shape, std::int64_t kc) {
  std::vector<Group> groups;
  const std::int64_t filters = shape.filters_per_group();
  const std::int64_t channels = shape.channels_per_group();
  for (std::int64_t g = 0; g < shape.groups; ++g) {
    for (std::int64_t k = 0; k < filters; k += kc) {
      groups.push_back(
          {{g * filters + k, g * filters + std::min(k + kc, filters)}, {g * channels, (g + 1) * channels}});
    }
  }
  return groups;
}

}  // namespace

Rectangle input_window(const pruning::ConvolutionShape& shape, const Rectangle& outputs) {
  return {window_of(row_axis(shape), outputs.rows), window_of(column_axis(shape), outputs.columns)};
}

std::vector<Pass> make_passes(const pruning::ConvolutionShape& shape, const scnn::Parameters& machine, std::int64_t th,
                              std::int64_t tw) {
  const Rectangle plane{{0, shape.P()}, {0, shape.Q()}};
  if (th == 1 && tw == 1) return {make_pass(shape, machine, {{0, shape.H}, {0, shape.W}}, plane)};
  std::vector<Pass> passes;
  for (std::int64_t i = 0; i < th; ++i) {
    for (std::int64_t j = 0; j < tw; ++j) {
      const Rectangle outputs{part_of(plane.rows, i, th), part_of(plane.columns, j, tw)};
      passes.push_back(make_pass(shape, machine, input_window(shape, outputs), outputs));
    }
  }
  return passes;
}

std::vector<Phase> phases(const pruning::ConvolutionShape& shape) {
  std::vector<Phase> all;
  for (std::int64_t row = 0; row < shape.stride.rows; ++row) {
    for (std::int64_t column = 0; column < shape.stride.columns; ++column) all.push_back({row, column});
  }
  return all;
}

std::vector<std::int64_t> input_elements(const Pass& pass, const scnn::LayerOperands& layer, std::int64_t index_bits) {
  std::vector<std::int64_t> elements;
  for (const Tiles& pe : pass.pes) {
    std::int64_t sum = 0;
    for (std::int64_t c = 0; c < layer.shape.C; ++c) {
      for (const Phase phase : phases(layer.shape)) {
        sum += static_cast<std::int64_t>(activation_stream(layer, pe.input, c, phase, index_bits).size());
      }
    }
    elements.push_back(sum);
  }
  return elements;
}

Mapping map_layer(const scnn::LayerOperands& layer, const scnn::Parameters& machine) {
  const auto& shape = layer.shape;
  Mapping mapping;
  std::int64_t& th = mapping.temporal_rows;
  std::int64_t& tw = mapping.temporal_columns;
  if (layer.temporal_tiles) {
    th = layer.temporal_tiles->rows;
    tw = layer.temporal_tiles->columns;
    if (th > shape.P() || tw > shape.Q()) throw std::domain_error("the plane has fewer rows or columns");
  }
  while (true) {
    mapping.passes = make_passes(shape, machine, th, tw);
    const bool sums_fit = std::all_of(mapping.passes.begin(), mapping.passes.end(),
                                      [&](const Pass& pass) { return accumulators_fit(pass, machine); });
    mapping.input_fits = std::all_of(mapping.passes.begin(), mapping.passes.end(),
                                     [&](const Pass& pass) { return input_fits(pass, layer, machine); });
    if (sums_fit && mapping.input_fits) break;
    if (layer.temporal_tiles) throw std::domain_error("the layer does not fit as it is to be cut");
    if (th <= tw && 2 * th <= shape.P()) {
      th *= 2;
    } else if (2 * tw <= shape.Q()) {
      tw *= 2;
    } else if (2 * th <= shape.P()) {
      th *= 2;
    } else if (!sums_fit) {
      throw std::domain_error("the accumulators are too small for the smallest pass");
    } else {
      break;
    }
  }

  mapping.kc = std::min<std::int64_t>(machine.output_channels_per_group, shape.filters_per_group());
  for (const Pass& pass : mapping.passes) {
    const std::int64_t largest = largest_accumulator_tile(pass);
    if (largest == 0) continue;
    mapping.kc = std::min(mapping.kc, floor_divide(machine.accumulator_banks * machine.accumulator_entries, largest));
  }
  mapping.groups = cut_into_groups(shape, mapping.kc);
  require(static_cast<std::int64_t>(mapping.groups.size()) ==
              shape.groups * ceil_divide(shape.filters_per_group(), mapping.kc),
          "there are G ceil(K/G / Kc) groups");
  return mapping;
}

}  // namespace reference
