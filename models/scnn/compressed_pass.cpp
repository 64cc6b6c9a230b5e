#include "models/scnn/compressed_pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "models/scnn/widths.hpp"

namespace scnn {

namespace {

using pruning::ConvolutionShape;
using pruning::PhaseSteps;
using pruning::RowsColumns;
using pruning::Step;
using pruning::StreamElement;

int stream_number(const ConvolutionShape& shape, int channel, RowsColumns phase) {
  return channel * shape.stride.rows * shape.stride.columns + static_cast<int>(pruning::number_of(shape, phase));
}

/// Calls `visit(phase)` for each stride phase in order, row phase outermost.
template <class Visit>
void for_each_phase(const ConvolutionShape& shape, Visit visit) {
  for (int row = 0; row < shape.stride.rows; ++row) {
    for (int column = 0; column < shape.stride.columns; ++column) visit(RowsColumns{row, column});
  }
}

/// The pixels of a phase, in raster order.
void append_pixels(std::vector<RowsColumns>& pixels, const PhaseSteps& phase) {
  for (const Step& row : phase.rows) {
    for (const Step& column : phase.columns) pixels.push_back({row.step, column.step});
  }
}

class WeightCompressor {
 public:
  WeightCompressor(CompressedPass& result, const LayerOperands& operands, const std::vector<OutputGroup>& groups,
                   const Parameters& parameters)
      : result_(result),
        operands_(operands),
        shape_(operands.shape),
        parameters_(parameters),
        index_bits_(static_cast<int>(parameters.index_bits)) {
    result_.groups = groups;
    result_.weights_per_entry = static_cast<std::size_t>(parameters.weights_per_cycle);
    result_.filter_steps = {shape_.dilation.rows * (shape_.R - 1) / shape_.stride.rows + 1,
                            shape_.dilation.columns * (shape_.S - 1) / shape_.stride.columns + 1};
    check_numbers();
  }

  void run() {
    const pruning::WeightEncoder encoder(shape_, result_.filters_per_group(), operands_.filters->granularity,
                                         index_bits_, operands_.weight_coding());
    no_tap_ = result_.no_tap();
    result_.begin_counting(static_cast<std::size_t>(stream_number(shape_, shape_.C, {0, 0})));
    result_.entry_bits.clear();
    result_.segments.clear();
    result_.group_segments.clear();
    result_.weight_placeholders = 0;
    for_each_phase(shape_, [&](RowsColumns phase) {
      std::vector<std::uint32_t> taps = taps_of(encoder.taps(phase));
      if (!taps.empty()) phases_.push_back({phase, std::move(taps)});
    });
    reserve_lanes();
    for (const OutputGroup& group : result_.groups) compress_group(group, encoder);
  }

 private:
  /// Streams and taps are numbered with 32 bits.
  void check_numbers() const {
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    const RowsColumns steps = result_.filter_steps;
    const std::int64_t taps = std::int64_t{1} * steps.rows * steps.columns;
    if (taps > most / std::max(1, result_.filters_per_group())) {
      throw LayerDoesNotFit(fmt::format("filters of {} x {} steps, {} in a group, are more than {} taps", steps.rows,
                                        steps.columns, result_.filters_per_group(), most));
    }
    const std::int64_t phases = std::int64_t{1} * shape_.stride.rows * shape_.stride.columns;
    if (phases > most / shape_.C) {
      throw LayerDoesNotFit(fmt::format("{} channels of {} x {} stride phases are more than {} streams", shape_.C,
                                        shape_.stride.rows, shape_.stride.columns, most));
    }
  }

  /// For all elements but placeholders and stored zeros; the last entry of a stream may lack some.
  void reserve_lanes() {
    const auto& weights = operands_.filters->weights;
    const auto zeros = static_cast<std::size_t>(std::count(weights.begin(), weights.end(), std::int16_t{0}));
    const std::size_t elements = weights.size() - zeros;
    const std::size_t streams =
        result_.groups.size() * static_cast<std::size_t>(shape_.channels_per_group()) * phases_.size();
    make_room(elements + std::min(streams, elements) * (result_.weights_per_entry - 1));
  }

  void make_room(std::size_t lanes) {
    if (lanes <= result_.values.size()) return;
    result_.values.resize(lanes);
    result_.taps.resize(lanes);
  }

  void compress_group(const OutputGroup& group, const pruning::WeightEncoder& encoder) {
    const auto begin = static_cast<std::int64_t>(result_.segments.size());
    for (int c = group.channels.begin; c < group.channels.end; ++c) {
      for (const Phase& phase : phases_) {
        const auto first_entry = static_cast<std::int64_t>(result_.entry_bits.size());
        const Appended stream = append_stream(encoder, group.filters, c - group.channels.begin, phase);
        if (stream.elements > 0) append_segments(first_entry, stream, stream_number(shape_, c, phase.number));
      }
    }
    result_.group_segments.push_back({begin, static_cast<std::int64_t>(result_.segments.size())});
  }

  /// A stride phase that has taps.
  struct Phase {
    RowsColumns number;
    std::vector<std::uint32_t> taps;  ///< by position in a stream
  };

  struct Appended {
    std::int64_t elements = 0;
    bool all_weights = false;  ///< every element is a non-zero weight
  };

  Appended append_stream(const pruning::WeightEncoder& encoder, Range filters, int channel, const Phase& phase) {
    const std::size_t width = result_.weights_per_entry;
    const std::size_t first = result_.entry_bits.size() * width;
    const std::size_t most = first + phase.taps.size() + width;
    if (most > result_.values.size()) make_room(2 * most);
    const Lanes lanes{result_.values.data() + first, result_.taps.data() + first};
    const auto nonzeros =
        encoder.stores_nonzeros() ? append_nonzeros(encoder, filters, channel, phase, lanes) : std::nullopt;
    const std::size_t elements = nonzeros ? *nonzeros : append_elements(encoder, filters, channel, phase, lanes);
    for (std::size_t i = elements; i < result_.entry_bits.size() * width - first; ++i) {
      lanes.values[i] = 0;
      lanes.taps[i] = no_tap_;
    }
    return {static_cast<std::int64_t>(elements), nonzeros.has_value()};
  }

  /// Where the elements of a stream go.
  struct Lanes {
    std::int16_t* values;
    std::uint32_t* taps;
  };

  std::size_t append_elements(const pruning::WeightEncoder& encoder, Range filters, int channel, const Phase& phase,
                              const Lanes& lanes) {
    const std::size_t width = result_.weights_per_entry;
    std::size_t elements = 0;
    std::size_t entry_end = width;
    std::int64_t bits = result_.weight_bits();
    encoder.encode(operands_.filters->weights, operands_.filters->kept, filters, channel, phase.number,
                   [&](const StreamElement& element) {
                     if (elements == entry_end) {
                       result_.entry_bits.push_back(bits);
                       entry_end += width;
                     }
                     lanes.values[elements] = element.value;
                     lanes.taps[elements] =
                         element.value == 0 ? no_tap_ : phase.taps[static_cast<std::size_t>(element.position)];
                     result_.weight_placeholders += element.placeholder ? 1 : 0;
                     bits += element.bits(index_bits_);
                     ++elements;
                   });
    if (elements > 0) result_.entry_bits.push_back(bits);
    return elements;
  }

  /// The same of a stream of single weights that needs no placeholders, as most do: much faster.
  /// @return nothing, with nothing appended, if it needs some
  std::optional<std::size_t> append_nonzeros(const pruning::WeightEncoder& encoder, Range filters, int channel,
                                             const Phase& phase, const Lanes& lanes) {
    const std::size_t elements =
        encoder.store_nonzeros(operands_.filters->weights, filters, channel, phase.number, lanes.values, lanes.taps);
    const auto longest_run = static_cast<std::size_t>(pruning::longest_run_of(index_bits_));
    if (phase.taps.size() > longest_run + 1 && !pruning::runs_fit({lanes.taps, elements}, index_bits_)) {
      return std::nullopt;
    }
    for (std::size_t i = 0; i < elements; ++i) lanes.taps[i] = phase.taps[lanes.taps[i]];
    const std::size_t width = result_.weights_per_entry;
    const std::int64_t bits = result_.weight_bits();
    for (std::size_t end = width; end < elements + width; end += width) {
      result_.entry_bits.push_back(bits +
                                   static_cast<std::int64_t>(std::min(end, elements)) * (value_bits + index_bits_));
    }
    return elements;
  }

  /// The tap of every position of a stream.
  [[nodiscard]] std::vector<std::uint32_t> taps_of(const PhaseSteps& phase) const {
    const RowsColumns steps = result_.filter_steps;
    std::vector<std::uint32_t> taps;
    for (int filter = 0; filter < result_.filters_per_group(); ++filter) {
      for (const Step& row : phase.rows) {
        for (const Step& column : phase.columns) {
          const int tap = (filter * steps.rows + row.step) * steps.columns + column.step;
          taps.push_back(static_cast<std::uint32_t>(tap));
        }
      }
    }
    return taps;
  }

  /// Half the FIFO, so that the next segment can arrive while this one is at work.
  void append_segments(std::int64_t first_entry, const Appended& appended, int stream) {
    const std::int64_t width = parameters_.weights_per_cycle;
    const std::int64_t entries = static_cast<std::int64_t>(result_.entry_bits.size()) - first_entry;
    const std::int64_t longest = std::max<std::int64_t>(1, parameters_.weight_fifo_entries / 2);
    if (entries <= longest) {  // Most are: no need to divide.
      append_segment(stream, first_entry, first_entry + entries - 1, appended);
      return;
    }
    const std::int64_t count = (entries + longest - 1) / longest;
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t begin = j * entries / count;
      const std::int64_t end = (j + 1) * entries / count;
      append_segment(stream, first_entry + begin, first_entry + end - 1,
                     {std::min(end * width, appended.elements) - begin * width, appended.all_weights});
    }
  }

  void append_segment(int stream, std::int64_t first_entry, std::int64_t last_entry, const Appended& appended) {
    Segment& segment = result_.segments.emplace_back();  // Copied as a whole, it would first have to reach the memory.
    segment.stream = stream;
    segment.first_entry = first_entry;
    segment.last_entry = last_entry;
    segment.elements = appended.elements;
    result_.count_segment(segment, appended.all_weights);
  }

  CompressedPass& result_;
  const LayerOperands& operands_;
  const ConvolutionShape& shape_;
  const Parameters& parameters_;
  int index_bits_;
  std::uint32_t no_tap_ = 0;
  std::vector<Phase> phases_;
};

}  // namespace

void CompressedPass::read_weights(std::int64_t segment, std::vector<Weight>& weights) const {
  const Segment& s = segments[static_cast<std::size_t>(segment)];
  const auto first = static_cast<std::size_t>(s.first_entry) * weights_per_entry;
  weights.clear();
  for (std::size_t i = first; i < first + static_cast<std::size_t>(s.elements); ++i) {
    const auto tap = static_cast<int>(taps[i]);
    const int row = tap / filter_steps.columns;
    weights.push_back({row / filter_steps.rows, row % filter_steps.rows, tap % filter_steps.columns, values[i]});
  }
}

void CompressedPass::read_activations(std::size_t pe, std::size_t stream, std::vector<Activation>& of_stream) const {
  of_stream.clear();
  for (const StoredActivation& stored : activation_stream(pe, stream)) {
    const pruning::RowsColumns place = pixels[pe][stored.pixel];
    of_stream.push_back({place.rows, place.columns, static_cast<std::int16_t>(stored.value)});
  }
}

void CompressedPass::begin_counting(std::size_t streams) {
  const auto steps = static_cast<std::uint32_t>(filter_steps.rows * filter_steps.columns);
  stream_segments.assign(streams, 0);
  stream_entries.assign(streams, 0);
  stream_elements.assign(streams, 0);
  stream_weights.assign(streams * steps, 0);
  step_of_tap.clear();
  for (std::uint32_t tap = 0; tap < no_tap(); ++tap) step_of_tap.push_back(tap % steps);
}

void CompressedPass::count_segment(const Segment& segment, bool all_weights) {
  const auto stream = static_cast<std::size_t>(segment.stream);
  const auto steps = static_cast<std::size_t>(filter_steps.rows * filter_steps.columns);
  ++stream_segments[stream];
  stream_entries[stream] += segment.last_entry + 1 - segment.first_entry;
  stream_elements[stream] += segment.elements;
  std::int64_t* const counts = stream_weights.data() + stream * steps;
  if (steps == 1 && all_weights) {
    *counts += segment.elements;
    return;
  }
  const auto none = static_cast<std::uint32_t>(step_of_tap.size());
  for (const std::uint32_t tap : taps_of(segment)) {
    if (tap != none) ++counts[step_of_tap[tap]];
  }
}

void CompressedPass::arrange_multiplicands() {
  multiplicands.clear();
  multiplicand_begins.assign(1, 0);
  const auto steps = static_cast<std::uint32_t>(filter_steps.rows * filter_steps.columns);
  std::vector<std::vector<Multiplicand>> rounds;  // the n-th of each filter
  for (const Segment& segment : segments) {
    std::size_t round = 0;
    std::uint32_t filter = no_tap();
    const std::size_t first = static_cast<std::size_t>(segment.first_entry) * weights_per_entry;
    for (std::size_t i = first; i < first + static_cast<std::size_t>(segment.elements); ++i) {
      if (values[i] == 0) continue;
      round = taps[i] / steps == filter ? round + 1 : 0;
      filter = taps[i] / steps;
      if (round == rounds.size()) rounds.emplace_back();
      rounds[round].push_back({taps[i], values[i]});
    }
    for (auto& of_filters : rounds) {
      multiplicands.insert(multiplicands.end(), of_filters.begin(), of_filters.end());
      of_filters.clear();
    }
    multiplicand_begins.push_back(multiplicands.size());
  }
}

void compress_weights(CompressedPass& pass, const LayerOperands& operands, const std::vector<OutputGroup>& groups,
                      const Parameters& parameters) {
  WeightCompressor(pass, operands, groups, parameters).run();
}

void compress_activations(CompressedPass& pass, const LayerOperands& operands, const Pass& geometry,
                          const Parameters& parameters) {
  const ConvolutionShape& shape = operands.shape;
  const int index_bits = static_cast<int>(parameters.index_bits);
  const std::size_t plane = static_cast<std::size_t>(shape.H) * static_cast<std::size_t>(shape.W);
  const std::size_t pes = geometry.tiles.size();
  pass.geometry = geometry;
  std::vector<Window> tiles;
  for (const PeTile& tile : geometry.tiles) tiles.push_back(tile.input);
  pruning::ActivationEncoder encoder(shape, tiles, index_bits, operands.activation_coding());

  pass.pixels.assign(pes, {});
  std::vector<std::uint32_t> first_pixels;  // [phase, and the end][PE]
  const auto end_phase = [&] {
    for (const auto& pixels : pass.pixels) first_pixels.push_back(static_cast<std::uint32_t>(pixels.size()));
  };
  end_phase();
  for_each_phase(shape, [&](RowsColumns phase) {
    for (std::size_t pe = 0; pe < pes; ++pe) append_pixels(pass.pixels[pe], encoder.pixels(pe, phase));
    end_phase();
  });

  pass.activations.resize(pes);
  std::vector<std::uint32_t> counts(pes, 0);
  pass.activation_begins.assign(counts.begin(), counts.end());
  for (int c = 0; c < shape.C; ++c) {
    const auto channel = std::span(operands.activations).subspan(static_cast<std::size_t>(c) * plane, plane);
    for_each_phase(shape, [&](RowsColumns phase) {
      const std::uint32_t* const first_pixel = first_pixels.data() + pruning::number_of(shape, phase) * pes;
      for (std::size_t pe = 0; pe < pes; ++pe) {
        const std::size_t most = counts[pe] + first_pixel[pes + pe] - first_pixel[pe];
        if (pass.activations[pe].size() < most) pass.activations[pe].resize(2 * most);
      }
      encoder.encode(channel, phase, [&](std::size_t pe, const StreamElement& element) {
        pass.activations[pe][counts[pe]++] = {first_pixel[pe] + static_cast<std::uint32_t>(element.position),
                                              element.value};
      });
      pass.activation_begins.insert(pass.activation_begins.end(), counts.begin(), counts.end());
    });
  }
  std::int64_t elements = 0;
  for (const std::uint32_t count : counts) elements += count;
  const bool indexed = operands.activation_coding() == pruning::Coding::compressed;
  pass.activation_bits = elements * (value_bits + (indexed ? index_bits : 0));
}

}  // namespace scnn
