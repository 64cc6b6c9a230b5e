#include "pruning/layer_streams.hpp"

namespace pruning {

std::vector<Step> pixels_of_phase(Range pixels, int padding, int stride, int phase) {
  std::vector<Step> steps;
  for (int y = pixels.begin; y < pixels.end; ++y) {
    if ((y + padding) % stride == phase) steps.push_back({y, (y + padding) / stride});
  }
  return steps;
}

std::vector<Step> taps_of_phase(int taps, int dilation, int stride, int phase) {
  std::vector<Step> steps;
  for (int r = 0; r < taps; ++r) {
    if ((dilation * r) % stride == phase) steps.push_back({r, dilation * r / stride});
  }
  return steps;
}

CompressedStream encode_activations(const ConvolutionShape& shape, std::span<const std::int16_t> plane,
                                    const Window& tile, RowsColumns phase, int index_bits) {
  const auto rows = pixels_of_phase(tile.rows, shape.padding.rows, shape.stride.rows, phase.rows);
  const auto columns = pixels_of_phase(tile.columns, shape.padding.columns, shape.stride.columns, phase.columns);
  std::vector<std::int16_t> region;
  region.reserve(rows.size() * columns.size());
  for (const Step& row : rows) {
    for (const Step& column : columns) region.push_back(plane[static_cast<std::size_t>(row.at * shape.W + column.at)]);
  }
  return encode(region, index_bits);
}

std::int64_t compressed_activations(const ConvolutionShape& shape, std::span<const std::int16_t> plane,
                                    const Window& tile, RowsColumns phase, int index_bits) {
  const auto first_of_phase = [](int begin, int padding, int stride, int wanted) {
    return begin + ((wanted - (begin + padding)) % stride + stride) % stride;
  };
  const int first_row = first_of_phase(tile.rows.begin, shape.padding.rows, shape.stride.rows, phase.rows);
  const int first_column =
      first_of_phase(tile.columns.begin, shape.padding.columns, shape.stride.columns, phase.columns);
  std::int64_t elements = 0;
  std::int64_t zeros = 0;  // since the last element
  for (int row = first_row; row < tile.rows.end; row += shape.stride.rows) {
    const std::int16_t* const pixels = plane.data() + static_cast<std::ptrdiff_t>(row) * shape.W;
    for (int column = first_column; column < tile.columns.end; column += shape.stride.columns) {
      if (pixels[column] == 0) {
        ++zeros;
      } else {
        elements += 1 + (zeros >> index_bits);
        zeros = 0;
      }
    }
  }
  return elements;
}

CompressedStream encode_weights(const ConvolutionShape& shape, Granularity granularity,
                                std::span<const std::int16_t> weights, std::span<const std::uint8_t> kept,
                                Range filters, int channel, RowsColumns phase, int index_bits) {
  const auto rows = taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows);
  const auto columns = taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns);
  const bool coarse = is_coarse(granularity);
  std::vector<std::int16_t> region;
  std::vector<std::int32_t> grain;
  std::vector<std::uint8_t> region_kept;
  for (int k = filters.begin; k < filters.end; ++k) {
    for (const Step& row : rows) {
      const std::size_t line = ((static_cast<std::size_t>(k) * static_cast<std::size_t>(shape.channels_per_group()) +
                                 static_cast<std::size_t>(channel)) *
                                    static_cast<std::size_t>(shape.R) +
                                static_cast<std::size_t>(row.at)) *
                               static_cast<std::size_t>(shape.S);
      for (const Step& column : columns) {
        const std::size_t at = line + static_cast<std::size_t>(column.at);
        region.push_back(weights[at]);
        if (!coarse) continue;
        grain.push_back(granularity == Granularity::vector ? k * shape.R + row.at : k);
        region_kept.push_back(kept[at]);
      }
    }
  }
  return coarse ? encode_grains(region, grain, region_kept, index_bits) : encode(region, index_bits);
}

}  // namespace pruning
