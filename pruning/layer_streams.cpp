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

/// @param columns of the plane or kernel
std::vector<Offsets> offsets_of(const std::vector<PhaseSteps>& phases, int columns) {
  std::vector<Offsets> offsets;
  for (const PhaseSteps& phase : phases) {
    Offsets& of_phase = offsets.emplace_back();
    for (const Step& row : phase.rows) {
      for (const Step& column : phase.columns) of_phase.push_back(std::ptrdiff_t{row.at} * columns + column.at);
    }
  }
  return offsets;
}

/// First pixel of a range that is of a phase.
int first_of_phase(int begin, int padding, int stride, int phase) {
  return begin + ((phase - (begin + padding)) % stride + stride) % stride;
}

/// Number of elements of one channel and phase. @param plane the channel @param first pixel of the phase in the tile
std::int64_t elements_of(const ConvolutionShape& shape, const std::int16_t* plane, const Window& tile,
                         RowsColumns first, int index_bits) {
  std::int64_t elements = 0;
  std::int64_t zeros = 0;  // since the last element
  for (int row = first.rows; row < tile.rows.end; row += shape.stride.rows) {
    const std::int16_t* const pixels = plane + static_cast<std::ptrdiff_t>(row) * shape.W;
    for (int column = first.columns; column < tile.columns.end; column += shape.stride.columns) {
      // Zeros come in no order that a processor could foresee, so there is no branch here.
      const std::int64_t stored = pixels[column] != 0 ? 1 : 0;
      elements += (1 + (zeros >> index_bits)) & -stored;
      zeros = (zeros + 1) & (stored - 1);
    }
  }
  return elements;
}

}  // namespace

ActivationEncoder::ActivationEncoder(const ConvolutionShape& shape, const Window& tile, int index_bits, Coding coding)
    : shape_(shape),
      index_bits_(index_bits),
      coding_(coding),
      phases_(
          all_phases(shape,
                     [&](RowsColumns phase) {
                       return PhaseSteps{
                           pixels_of_phase(tile.rows, shape.padding.rows, shape.stride.rows, phase.rows),
                           pixels_of_phase(tile.columns, shape.padding.columns, shape.stride.columns, phase.columns)};
                     })),
      pixel_offsets_(offsets_of(phases_, shape.W)) {}

const PhaseSteps& ActivationEncoder::pixels(RowsColumns phase) const {
  return phases_[number_of(shape_, phase)];
}

const CompressedStream& ActivationEncoder::encode(std::span<const std::int16_t> plane, RowsColumns phase) {
  const Offsets& offsets = pixel_offsets_[number_of(shape_, phase)];
  region_.resize(offsets.size());
  for (std::size_t i = 0; i < offsets.size(); ++i) region_[i] = plane.data()[offsets[i]];
  if (coding_ == Coding::dense) {
    encode_dense(region_, stream_);
  } else {
    pruning::encode(region_, index_bits_, stream_);
  }
  return stream_;
}

std::int64_t compressed_activations(const ConvolutionShape& shape, std::span<const std::int16_t> planes,
                                    const Window& tile, int index_bits, std::int64_t enough) {
  std::vector<RowsColumns> firsts;  // by phase
  for (int row = 0; row < shape.stride.rows; ++row) {
    for (int column = 0; column < shape.stride.columns; ++column) {
      firsts.push_back({first_of_phase(tile.rows.begin, shape.padding.rows, shape.stride.rows, row),
                        first_of_phase(tile.columns.begin, shape.padding.columns, shape.stride.columns, column)});
    }
  }
  const std::size_t plane = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  std::int64_t elements = 0;
  for (; !planes.empty() && elements <= enough; planes = planes.subspan(plane)) {
    for (const RowsColumns first : firsts) elements += elements_of(shape, planes.data(), tile, first, index_bits);
  }
  return elements;
}

WeightEncoder::WeightEncoder(const ConvolutionShape& shape, Granularity granularity, int index_bits, Coding coding)
    : shape_(shape),
      granularity_(granularity),
      index_bits_(index_bits),
      coding_(coding),
      phases_(all_phases(shape,
                         [&](RowsColumns phase) {
                           return PhaseSteps{
                               taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows),
                               taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns)};
                         })),
      tap_offsets_(offsets_of(phases_, shape.S)) {}

const PhaseSteps& WeightEncoder::taps(RowsColumns phase) const {
  return phases_[number_of(shape_, phase)];
}

const CompressedStream& WeightEncoder::encode(std::span<const std::int16_t> weights, std::span<const std::uint8_t> kept,
                                              Range filters, int channel, RowsColumns phase) {
  const Offsets& offsets = tap_offsets_[number_of(shape_, phase)];
  region_.resize(static_cast<std::size_t>(filters.size()) * offsets.size());
  const std::ptrdiff_t kernel_size = std::ptrdiff_t{shape_.R} * shape_.S;
  const std::ptrdiff_t filter_size = shape_.channels_per_group() * kernel_size;
  const std::int16_t* kernel = weights.data() + filters.begin * filter_size + channel * kernel_size;
  std::int16_t* to = region_.data();
  for (int k = filters.begin; k < filters.end; ++k, kernel += filter_size) {
    for (const std::ptrdiff_t offset : offsets) *to++ = kernel[offset];
  }
  if (coding_ == Coding::dense) {
    encode_dense(region_, stream_);
  } else if (is_coarse(granularity_)) {
    read_grains(kept, filters, channel, phase);
    encode_grains(region_, grain_, kept_, index_bits_, stream_);
  } else {
    pruning::encode(region_, index_bits_, stream_);
  }
  return stream_;
}

/// Of every position of the region: its grain, and whether that is kept.
void WeightEncoder::read_grains(std::span<const std::uint8_t> kept, Range filters, int channel, RowsColumns phase) {
  const PhaseSteps& steps = taps(phase);
  grain_.clear();
  kept_.clear();
  for (int k = filters.begin; k < filters.end; ++k) {
    const std::ptrdiff_t kernel = std::ptrdiff_t{k} * shape_.channels_per_group() + channel;
    for (const Step& row : steps.rows) {
      const std::ptrdiff_t line = (kernel * shape_.R + row.at) * shape_.S;
      for (const Step& column : steps.columns) {
        grain_.push_back(granularity_ == Granularity::vector ? k * shape_.R + row.at : k);
        kept_.push_back(kept[static_cast<std::size_t>(line + column.at)]);
      }
    }
  }
}

}  // namespace pruning
