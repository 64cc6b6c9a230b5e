#include "pruning/layer_streams.hpp"

#include <cstring>

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

/// `steps(phase)` of every phase in order.
template <class Steps>
std::vector<PhaseSteps> all_phases(const ConvolutionShape& shape, Steps steps) {
  std::vector<PhaseSteps> phases;
  for_each_phase(shape, [&](RowsColumns phase) { phases.push_back(steps(phase)); });
  return phases;
}

/// First pixel of a range that is of a phase.
int first_of_phase(int begin, int padding, int stride, int phase) {
  return begin + ((phase - (begin + padding)) % stride + stride) % stride;
}

/// Number of placeholders of one channel and phase. @param plane the channel @param first pixel of the phase in the
/// tile
std::int64_t placeholders_of(const ConvolutionShape& shape, const std::int16_t* plane, const Window& tile,
                             RowsColumns first, int index_bits) {
  std::int64_t placeholders = 0;
  std::int64_t zeros = 0;  // since the last element
  for (int row = first.rows; row < tile.rows.end; row += shape.stride.rows) {
    const std::int16_t* const pixels = plane + static_cast<std::ptrdiff_t>(row) * shape.W;
    for (int column = first.columns; column < tile.columns.end; column += shape.stride.columns) {
      // Zeros come in no order that a processor could foresee, so there is no branch here.
      const std::int64_t stored = pixels[column] != 0 ? 1 : 0;
      placeholders += (zeros >> index_bits) & -stored;
      zeros = (zeros + 1) & (stored - 1);
    }
  }
  return placeholders;
}

/// Values that are compared with zero together.
constexpr int word = 4;
constexpr int longest_part = 2 * word;

/// Divides a row of a tile into parts of one to two words; nothing if it is shorter.
std::vector<Range> parts_of(Range columns) {
  const int count = (columns.size() + longest_part - 1) / longest_part;
  std::vector<Range> parts;
  for (int i = 0; i < count && columns.size() >= word; ++i) {
    parts.push_back({columns.begin + i * columns.size() / count, columns.begin + (i + 1) * columns.size() / count});
  }
  return parts;
}

/// Whether a part of a row is all zeros. If none is, no run of zeros in a tile is as long as two of the longest parts:
/// it would hold all of the part after that in which it begins.
bool has_part_of_zeros(const ConvolutionShape& shape, const std::int16_t* plane, Range rows,
                       std::span<const Range> parts) {
  const auto word_at = [](const std::int16_t* values) {
    std::uint64_t bits = 0;
    static_assert(sizeof(bits) == word * sizeof(*values));
    std::memcpy(&bits, values, sizeof(bits));
    return bits;
  };
  for (int row = rows.begin; row < rows.end; ++row) {
    const std::int16_t* const pixels = plane + static_cast<std::ptrdiff_t>(row) * shape.W;
    for (const Range& part : parts) {
      if ((word_at(pixels + part.begin) | word_at(pixels + part.end - word)) == 0) return true;
    }
  }
  return false;
}

}  // namespace

ActivationEncoder::ActivationEncoder(const ConvolutionShape& shape, std::span<const Window> tiles, int index_bits,
                                     Coding coding)
    : index_bits_(index_bits), coding_(coding) {
  const auto begin_stream = [&] { begins_.push_back(static_cast<std::uint32_t>(offsets_.size())); };
  for_each_pixel(shape, tiles, begin_stream, [&](std::size_t /*tile*/, const Step& row, const Step& column) {
    offsets_.push_back(static_cast<std::uint32_t>(row.at * shape.W + column.at));
  });
  begin_stream();  // the end
}

bool ActivationEncoder::store(std::span<const std::int16_t> plane, std::int16_t* values, std::uint32_t* pixels,
                              std::uint32_t* ends) {
  if (coding_ == Coding::dense) return false;
  // What is stored may lie anywhere, as far as the compiler knows: it would read these again for every pixel.
  const std::int16_t* const of_plane = plane.data();
  const std::uint32_t* const offsets = offsets_.data();
  const std::uint32_t* const begins = begins_.data();
  const std::size_t streams = this->streams();
  const std::size_t most = static_cast<std::size_t>(longest_run_of(index_bits_)) + 1;
  std::uint32_t count = 0;
  for (std::size_t stream = 0; stream < streams; ++stream) {
    const std::uint32_t before = count;
    const std::uint32_t end = begins[stream + 1];
    // There is no branch on single zeros, as in `for_each_nonzero`.
    for (std::uint32_t pixel = begins[stream]; pixel < end; ++pixel) {
      const std::int16_t value = of_plane[offsets[pixel]];
      values[count] = value;
      pixels[count] = pixel;
      count += value != 0 ? 1 : 0;
    }
    ends[stream] = count;
    if (size_of(stream) <= most) continue;  // Every run fits.
    if (!runs_fit({pixels + before, count - before}, first_pixel(stream), index_bits_)) return false;
  }
  return true;
}

ActivationSizes::ActivationSizes(const ConvolutionShape& shape, std::span<const std::int16_t> planes, int index_bits)
    : shape_(shape),
      planes_(planes),
      index_bits_(index_bits),
      nonzeros_(static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W), 0) {
  for (; !planes.empty(); planes = planes.subspan(nonzeros_.size())) {
    add_nonzeros(planes.first(nonzeros_.size()), nonzeros_);
  }
}

std::int64_t ActivationSizes::channels() const {
  return nonzeros_.empty() ? 0 : static_cast<std::int64_t>(planes_.size() / nonzeros_.size());
}

std::int64_t ActivationSizes::nonzeros(const Window& tile) const {
  std::int64_t sum = 0;
  for (int row = tile.rows.begin; row < tile.rows.end; ++row) {
    const std::int32_t* const pixels = nonzeros_.data() + static_cast<std::ptrdiff_t>(row) * shape_.W;
    for (int column = tile.columns.begin; column < tile.columns.end; ++column) sum += pixels[column];
  }
  return sum;
}

std::int64_t ActivationSizes::elements(const Window& tile) const {
  const std::int64_t rows = (tile.rows.size() + shape_.stride.rows - 1) / shape_.stride.rows;
  const std::int64_t columns = (tile.columns.size() + shape_.stride.columns - 1) / shape_.stride.columns;
  // A stream of so few pixels has no run that is too long.
  std::int64_t elements = nonzeros(tile);
  if (rows * columns <= longest_run_of(index_bits_) + 1) return elements;
  std::vector<RowsColumns> firsts;  // by phase
  for_each_phase(shape_, [&](RowsColumns phase) {
    firsts.push_back(
        {first_of_phase(tile.rows.begin, shape_.padding.rows, shape_.stride.rows, phase.rows),
         first_of_phase(tile.columns.begin, shape_.padding.columns, shape_.stride.columns, phase.columns)});
  });
  // Most channels have no such run either, which is soon seen.
  const std::vector<Range> parts = firsts.size() == 1 && longest_run_of(index_bits_) + 1 >= 2 * longest_part
                                       ? parts_of(tile.columns)
                                       : std::vector<Range>();
  for (auto planes = planes_; !planes.empty(); planes = planes.subspan(nonzeros_.size())) {
    if (!parts.empty() && !has_part_of_zeros(shape_, planes.data(), tile.rows, parts)) continue;
    for (const RowsColumns first : firsts) elements += placeholders_of(shape_, planes.data(), tile, first, index_bits_);
  }
  return elements;
}

bool ActivationSizes::at_most(const Window& tile, std::int64_t elements) const {
  const std::int64_t nonzero = nonzeros(tile);
  if (nonzero > elements) return false;
  const std::int64_t zeros = channels() * tile.size() - nonzero;
  const std::int64_t most_placeholders = zeros / (longest_run_of(index_bits_) + 1);
  return nonzero + most_placeholders <= elements || this->elements(tile) <= elements;
}

WeightEncoder::WeightEncoder(const ConvolutionShape& shape, int most_filters, Granularity granularity, int index_bits,
                             Coding coding)
    : shape_(shape),
      granularity_(granularity),
      index_bits_(index_bits),
      coding_(coding),
      phases_(all_phases(shape, [&](RowsColumns phase) {
        return PhaseSteps{taps_of_phase(shape.R, shape.dilation.rows, shape.stride.rows, phase.rows),
                          taps_of_phase(shape.S, shape.dilation.columns, shape.stride.columns, phase.columns)};
      })) {
  const auto filter_size =
      static_cast<std::size_t>(shape.channels_per_group()) * static_cast<std::size_t>(shape.R * shape.S);
  for (const PhaseSteps& phase : phases_) {
    Taps& taps = taps_.emplace_back();
    for (int k = 0; k < most_filters; ++k) {
      for (const Step& row : phase.rows) {
        for (const Step& column : phase.columns) {
          taps.offsets.push_back(static_cast<std::size_t>(k) * filter_size +
                                 static_cast<std::size_t>(row.at * shape.S + column.at));
          taps.grains.push_back(granularity == Granularity::vector ? k * shape.R + row.at : k);
        }
      }
    }
  }
}

}  // namespace pruning
