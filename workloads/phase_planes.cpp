#include "workloads/phase_planes.hpp"

#include <utility>

namespace workloads {

PhasePlanes::Axis::Axis(int taps, int tap_step, int output_step, int zeros_before, int outputs)
    : dilation(tap_step),
      stride(output_step),
      padding(zeros_before),
      extent(static_cast<std::size_t>(tap_step * (taps - 1) / output_step + outputs)),
      plane_of_phase(static_cast<std::size_t>(output_step), -1) {
  for (int t = 0; t < taps; ++t) {
    int& plane = plane_of_phase[static_cast<std::size_t>(dilation * t % stride)];
    if (plane < 0) plane = static_cast<int>(planes++);
  }
}

PhasePlanes::Axis::Place PhasePlanes::Axis::tap(int index) const {
  const int padded = dilation * index;
  return {plane_of_phase[static_cast<std::size_t>(padded % stride)], static_cast<std::size_t>(padded / stride)};
}

PhasePlanes::Axis::Place PhasePlanes::Axis::pixel(int index) const {
  const int padded = padding + index;
  const std::size_t at = static_cast<std::size_t>(padded / stride);
  if (at >= extent) return {};
  return {plane_of_phase[static_cast<std::size_t>(padded % stride)], at};
}

PhasePlanes::PhasePlanes(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> activations,
                         std::size_t zeros_behind)
    : rows_(shape.R, shape.dilation.rows, shape.stride.rows, shape.padding.rows, shape.P()),
      columns_(shape.S, shape.dilation.columns, shape.stride.columns, shape.padding.columns, shape.Q()),
      pixels_(static_cast<std::size_t>(shape.C) * rows_.planes * columns_.planes * rows_.extent * columns_.extent +
              zeros_behind) {
  // Where the pixels of a row go, from the place of its first plane on.
  std::vector<std::pair<std::size_t, std::size_t>> places;  // column, place
  for (int x = 0; x < shape.W; ++x) {
    const Axis::Place column = columns_.pixel(x);
    if (column.plane >= 0) places.emplace_back(x, index(0, {0, 0}, column));
  }
  const std::int16_t* values = activations.data();
  for (int c = 0; c < shape.C; ++c) {
    for (int y = 0; y < shape.H; ++y, values += shape.W) {
      const Axis::Place row = rows_.pixel(y);
      if (row.plane < 0) continue;
      std::int32_t* const first = pixels_.data() + index(c, row, {0, 0});
      for (const auto& [column, place] : places) first[place] = values[column];
    }
  }
}

}  // namespace workloads
