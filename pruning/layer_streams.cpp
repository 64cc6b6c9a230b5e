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

namespace {

std::size_t number_of(const ConvolutionShape& shape, RowsColumns phase) {
  const int number = phase.rows * shape.stride.columns + phase.columns;
  return static_cast<std::size_t>(number);
}

/// Calls `steps(phase)` for every phase in order.
template <class Steps>
std::vector<PhaseSteps> all_phases(const ConvolutionShape& shape, Steps steps) {
  std::vector<PhaseSteps> phases;
  for (int row = 0; row < shape.stride.rows; ++row) {
    for (int column = 0; column < shape.stride.columns; ++column) phases.push_back(steps(RowsColumns{row, column}));
  }
  return phases;
}

}  // namespace

ActivationEncoder::ActivationEncoder(const ConvolutionShape& shape, const Window& tile, int index_bits, Coding coding)
    : shape_(shape), index_bits_(index_bits), coding_(coding), phases_(all_phases(shape, [&](RowsColumns phase) {
        return PhaseSteps{pixels_of_phase(tile.rows, shape.padding.rows, shape.stride.rows, phase.rows),
                          pixels_of_phase(tile.columns, shape.padding.columns, shape.stride.columns, phase.columns)};
      })) {}

const PhaseSteps& ActivationEncoder::pixels(RowsColumns phase) const {
  return phases_[number_of(shape_, phase)];
}

const CompressedStream& ActivationEncoder::encode(std::span<const std::int16_t> plane, RowsColumns phase) {
  const PhaseSteps& steps = pixels(phase);
  region_.resize(steps.rows.size() * steps.columns.size());
  std::int16_t* to = region_.data();
  for (const Step& row : steps.rows) {
    const std::int16_t* const line = plane.data() + static_cast<std::ptrdiff_t>(row.at) * shape_.W;
    for (const Step& column : steps.columns) *to++ = line[column.at];
  }
  if (coding_ == Coding::dense) {
    encode_dense(region_, stream_);
  } else {
    pruning::encode(region_, index_bits_, stream_);
  }
  return stream_;
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
      // Zeros come in no order that a processor could foresee, so there is no branch here.
      const std::int64_t stored = pixels[column] != 0 ? 1 : 0;
      elements += (1 + (zeros >> index_bits)) & -stored;
      zeros = (zeros + 1) & (stored - 1);
    }
  }
  return elements;
}

WeightEncoder::WeightEncoder(const ConvolutionShape& shape, Granularity granularity, int index_bits, Coding coding)
    : shape_(shape),
      granularity_(granularity),
      index_bits_(index_bits),
      coding_(coding),
      phases_(all_phases(shape, [&](RowsColumns phase) {
        return PhaseSteps{taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows),
                          taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns)};
      })) {}

const PhaseSteps& WeightEncoder::taps(RowsColumns phase) const {
  return phases_[number_of(shape_, phase)];
}

const CompressedStream& WeightEncoder::encode(std::span<const std::int16_t> weights, std::span<const std::uint8_t> kept,
                                              Range filters, int channel, RowsColumns phase) {
  const PhaseSteps& steps = taps(phase);
  const bool coarse = coding_ == Coding::compressed && is_coarse(granularity_);
  const std::size_t size = static_cast<std::size_t>(filters.size()) * steps.rows.size() * steps.columns.size();
  region_.resize(size);
  grain_.resize(coarse ? size : 0);
  kept_.resize(coarse ? size : 0);
  const std::ptrdiff_t kernel_size = std::ptrdiff_t{shape_.R} * shape_.S;
  const std::ptrdiff_t filter_size = shape_.channels_per_group() * kernel_size;
  std::ptrdiff_t kernel = filters.begin * filter_size + channel * kernel_size;
  std::size_t to = 0;
  for (int k = filters.begin; k < filters.end; ++k, kernel += filter_size) {
    for (const Step& row : steps.rows) {
      const std::ptrdiff_t line = kernel + std::ptrdiff_t{row.at} * shape_.S;
      for (const Step& column : steps.columns) {
        const auto at = static_cast<std::size_t>(line + column.at);
        region_[to] = weights[at];
        if (coarse) {
          grain_[to] = granularity_ == Granularity::vector ? k * shape_.R + row.at : k;
          kept_[to] = kept[at];
        }
        ++to;
      }
    }
  }
  if (coding_ == Coding::dense) {
    encode_dense(region_, stream_);
  } else if (coarse) {
    encode_grains(region_, grain_, kept_, index_bits_, stream_);
  } else {
    pruning::encode(region_, index_bits_, stream_);
  }
  return stream_;
}

}  // namespace pruning
