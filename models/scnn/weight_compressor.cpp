#include "models/scnn/weight_compressor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "models/scnn/widths.hpp"

namespace scnn {

namespace {

using pruning::ConvolutionShape;
using pruning::for_each_phase;
using pruning::PhaseSteps;
using pruning::RowsColumns;
using pruning::Step;
using pruning::StreamElement;

int stream_number(const ConvolutionShape& shape, int channel, RowsColumns phase) {
  return channel * shape.stride.rows * shape.stride.columns + static_cast<int>(pruning::number_of(shape, phase));
}

class WeightCompressor {
 public:
  WeightCompressor(CompressedPass& result, const LayerOperands& operands, const std::vector<OutputGroup>& groups,
                   const Parameters& parameters)
      : result_(result),
        operands_(operands),
        shape_(operands.shape),
        parameters_(parameters),
        index_bits_(static_cast<int>(parameters.index_bits)),
        longest_segment_(std::max<std::int64_t>(1, parameters.weight_fifo_entries / 2)) {
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
    result_.stream_totals.assign(static_cast<std::size_t>(stream_number(shape_, shape_.C, {0, 0})), {});
    result_.entry_bits.clear();
    result_.segments.clear();
    result_.group_segments.clear();
    result_.weight_placeholders = 0;
    for_each_phase(shape_, [&](RowsColumns phase) {
      std::vector<std::uint32_t> taps = taps_of(encoder.taps(phase));
      if (!taps.empty()) phases_.push_back({phase, std::move(taps)});
    });
    for (const Phase& phase : phases_) {
      for (std::size_t elements = entries_of_.size(); elements <= phase.taps.size(); ++elements) {
        entries_of_.push_back(
            static_cast<std::uint32_t>((elements + result_.weights_per_entry - 1) / result_.weights_per_entry));
      }
    }
    count_weights(encoder);
    reserve_lanes();
    for (const OutputGroup& group : result_.groups) compress_group(group, encoder);
    result_.entry_bits.resize(entries_);
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
    const auto& weights = result_.stream_weights;
    const auto elements = static_cast<std::size_t>(std::accumulate(weights.begin(), weights.end(), std::int64_t{0}));
    const std::size_t streams =
        result_.groups.size() * static_cast<std::size_t>(shape_.channels_per_group()) * phases_.size();
    make_room(elements + std::min(streams, elements) * (result_.weights_per_entry - 1) + most_lanes_of_group());
  }

  [[nodiscard]] std::size_t most_lanes_of_group() const {
    std::size_t lanes = 0;  // of a channel
    for (const Phase& phase : phases_) lanes += phase.taps.size() + result_.weights_per_entry;
    return static_cast<std::size_t>(shape_.channels_per_group()) * lanes + pruning::PositionRows::padding +
           result_.weights_per_entry;  // one more entry, see `append_stored`
  }

  void make_room(std::size_t lanes) {
    const std::size_t entries = (lanes + result_.weights_per_entry - 1) / result_.weights_per_entry;
    if (entries > result_.entry_bits.size()) result_.entry_bits.resize(entries);
    if (lanes <= result_.values.size()) return;
    result_.values.resize(lanes);
    result_.taps.resize(lanes);
  }

  void count_weights(const pruning::WeightEncoder& encoder) {
    const auto steps =
        static_cast<std::size_t>(result_.filter_steps.rows) * static_cast<std::size_t>(result_.filter_steps.columns);
    const auto channels = static_cast<std::size_t>(shape_.channels_per_group());
    const auto taps = static_cast<std::size_t>(shape_.R) * static_cast<std::size_t>(shape_.S);
    result_.stream_weights.assign(result_.stream_totals.size() * steps, 0);
    std::vector<std::int32_t> nonzeros(channels * taps);  // of a channel group
    std::span<const std::int16_t> weights = operands_.filters->weights;
    for (int g = 0; g < shape_.groups; ++g) {
      std::fill(nonzeros.begin(), nonzeros.end(), 0);
      for (int k = 0; k < shape_.filters_per_group(); ++k, weights = weights.subspan(nonzeros.size())) {
        pruning::add_nonzeros(weights.first(nonzeros.size()), nonzeros);
      }
      for (std::size_t c = 0; c < channels; ++c) {
        const int channel = g * shape_.channels_per_group() + static_cast<int>(c);
        const std::span of_channel = std::span(nonzeros).subspan(c * taps, taps);
        for (const Phase& phase : phases_) count_phase(encoder.taps(phase.number), phase.number, channel, of_channel);
      }
    }
  }

  /// @param nonzeros [row][column]: weights of a channel, of all filters
  void count_phase(const PhaseSteps& phase, RowsColumns number, int channel, std::span<const std::int32_t> nonzeros) {
    const RowsColumns steps = result_.filter_steps;
    std::int64_t* const weights =
        result_.stream_weights.data() +
        static_cast<std::ptrdiff_t>(stream_number(shape_, channel, number)) * steps.rows * steps.columns;
    for (const Step& row : phase.rows) {
      for (const Step& column : phase.columns) {
        const int tap = row.at * shape_.S + column.at;
        weights[row.step * steps.columns + column.step] = nonzeros[static_cast<std::size_t>(tap)];
      }
    }
  }

  void compress_group(const OutputGroup& group, const pruning::WeightEncoder& encoder) {
    const std::size_t most = entries_ * result_.weights_per_entry + most_lanes_of_group();
    if (most > result_.entry_bits.size() * result_.weights_per_entry) make_room(2 * most);
    for (Phase& phase : phases_) {
      phase.nonzeros = encoder.nonzeros(operands_.filters->weights, group.filters, phase.number, phase.taps);
    }
    const auto begin = static_cast<std::int64_t>(result_.segments.size());
    const int channels = group.channels.size();
    for (int channel = 0; channel < channels;) {
      // Streams that follow each other are stored together.
      const int end = phases_.size() == 1 ? channels : channel + 1;
      int stored = 1;
      for (Phase& phase : phases_) stored = append_streams(encoder, group, {channel, end}, phase);
      channel += stored;
    }
    result_.group_segments.push_back({begin, static_cast<std::int64_t>(result_.segments.size())});
  }

  /// A stride phase that has taps.
  struct Phase {
    RowsColumns number;
    std::vector<std::uint32_t> taps;                                 ///< by position in a stream
    std::optional<pruning::NonzeroStreams> nonzeros = std::nullopt;  ///< of the group at work, by channel
  };

  /// Of the first channels of a range. @return how many: at least one
  int append_streams(const pruning::WeightEncoder& encoder, const OutputGroup& group, Range channels, Phase& phase) {
    const std::size_t first = entries_ * result_.weights_per_entry;
    const pruning::EntryLanes lanes{result_.values.data() + first, result_.taps.data() + first,
                                    result_.weights_per_entry, no_tap_, entries_of_.data()};
    const int stream = stream_number(shape_, group.channels.begin + channels.begin, phase.number);
    if (phase.nonzeros) {
      const std::size_t stored =
          phase.nonzeros->store(static_cast<std::size_t>(channels.begin), static_cast<std::size_t>(channels.end), lanes,
                                stream_elements_.data());
      append_stored(std::span(stream_elements_).first(stored), stream);
      if (stored > 0) return static_cast<int>(stored);
    }
    const std::size_t first_entry = entries_;
    const std::size_t elements = append_elements(encoder, group.filters, channels.begin, phase, lanes);
    append_segments(stream, first_entry, entries_ - first_entry, elements);
    return 1;
  }

  std::size_t append_elements(const pruning::WeightEncoder& encoder, Range filters, int channel, const Phase& phase,
                              const pruning::EntryLanes& lanes) {
    const std::size_t width = result_.weights_per_entry;
    std::size_t elements = 0;
    std::size_t entry_end = width;
    encoder.encode(operands_.filters->weights, operands_.filters->kept, filters, channel, phase.number,
                   [&](const StreamElement& element) {
                     if (elements == entry_end) {
                       result_.entry_bits[entries_++] = bits_;
                       entry_end += width;
                     }
                     lanes.values[elements] = element.value;
                     lanes.numbers[elements] =
                         element.value == 0 ? no_tap_ : phase.taps[static_cast<std::size_t>(element.position)];
                     result_.weight_placeholders += element.placeholder ? 1 : 0;
                     bits_ += element.bits(index_bits_);
                     ++elements;
                   });
    if (elements > 0) result_.entry_bits[entries_++] = bits_;
    // The last entry may lack some; what is behind it does not matter.
    std::fill_n(lanes.values + elements, width, std::int16_t{0});
    std::fill_n(lanes.numbers + elements, width, no_tap_);
    return elements;
  }

  /// Of streams of successive channels whose elements are in their lanes, each with an index.
  /// @param elements of each @param stream number of the first
  void append_stored(std::span<const std::uint32_t> elements, int stream) {
    const int phases = shape_.stride.rows * shape_.stride.columns;
    std::size_t first_entry = entries_;
    append_bits(elements);
    if (entries_of_.back() <= longest_segment_) return append_whole(elements, stream, first_entry);
    for (const std::uint32_t count : elements) {
      append_segments(stream, first_entry, entries_of_[count], count);
      first_entry += entries_of_[count];
      stream += phases;
    }
  }

  void append_bits(std::span<const std::uint32_t> elements) {
    // What is stored may lie anywhere, as far as the compiler knows: it would read all these again for every stream.
    const auto width = static_cast<std::uint32_t>(result_.weights_per_entry);
    const std::int64_t element_bits = value_bits + index_bits_;
    const std::uint32_t* const entries_of = entries_of_.data();
    std::int64_t* bits = result_.entry_bits.data() + entries_;
    std::int64_t all_bits = bits_;
    for (const std::uint32_t count : elements) {
      const std::uint32_t entries = entries_of[count];
      // Most streams have an entry or two, in no order that a processor could foresee: there is room for two at least.
      for (std::uint32_t entry = 0; entry < entries; entry += 2) {
        bits[entry] = all_bits + std::min((entry + 1) * width, count) * element_bits;
        bits[entry + 1] = all_bits + std::min((entry + 2) * width, count) * element_bits;
      }
      bits += entries;
      all_bits += count * element_bits;
    }
    entries_ = static_cast<std::size_t>(bits - result_.entry_bits.data());
    bits_ = all_bits;
  }

  /// Streams none of which is longer than a segment.
  void append_whole(std::span<const std::uint32_t> elements, int stream, std::size_t first_entry) {
    const int phases = shape_.stride.rows * shape_.stride.columns;
    const std::uint32_t* const entries_of = entries_of_.data();
    CompressedPass::StreamTotals* const totals = result_.stream_totals.data();
    const std::size_t before = result_.segments.size();
    result_.segments.resize(before + elements.size());
    Segment* segment = result_.segments.data() + before;
    auto entry = static_cast<std::int64_t>(first_entry);
    for (const std::uint32_t count : elements) {
      const std::int64_t entries = entries_of[count];
      segment->stream = stream;
      segment->first_entry = entry;
      segment->last_entry = entry + entries - 1;
      segment->elements = count;
      entry += entries;
      // A stream without entries has no segment: the next one takes its place.
      segment += entries > 0 ? 1 : 0;
      CompressedPass::StreamTotals& of_stream = totals[stream];
      of_stream.segments += entries > 0 ? 1 : 0;
      of_stream.entries += entries;
      of_stream.elements += count;
      stream += phases;
    }
    result_.segments.resize(static_cast<std::size_t>(segment - result_.segments.data()));
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

  /// Of a stream.
  void append_segments(int stream, std::size_t first_entry, std::size_t entries, std::size_t elements) {
    if (entries == 0) return;
    const auto first = static_cast<std::int64_t>(first_entry);
    const auto all = static_cast<std::int64_t>(entries);
    const auto stored = static_cast<std::int64_t>(elements);
    CompressedPass::StreamTotals& totals = result_.stream_totals[static_cast<std::size_t>(stream)];
    totals.entries += all;
    totals.elements += stored;
    const std::int64_t width = parameters_.weights_per_cycle;
    const std::int64_t count = (all + longest_segment_ - 1) / longest_segment_;
    totals.segments += count;
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t begin = j * all / count;
      const std::int64_t end = (j + 1) * all / count;
      result_.segments.push_back(
          {stream, first + begin, first + end - 1, std::min(end * width, stored) - begin * width});
    }
  }

  CompressedPass& result_;
  const LayerOperands& operands_;
  const ConvolutionShape& shape_;
  const Parameters& parameters_;
  int index_bits_;
  std::int64_t longest_segment_;  ///< entries: half the FIFO, so that the next can arrive while one is at work
  std::uint32_t no_tap_ = 0;
  std::vector<Phase> phases_;
  std::size_t entries_ = 0;                ///< so far
  std::int64_t bits_ = 0;                  ///< of these
  std::vector<std::uint32_t> entries_of_;  ///< by number of a stream's elements
  std::array<std::uint32_t, pruning::NonzeroStreams::most_at_once> stream_elements_{};
};

}  // namespace

void compress_weights(CompressedPass& pass, const LayerOperands& operands, const std::vector<OutputGroup>& groups,
                      const Parameters& parameters) {
  WeightCompressor(pass, operands, groups, parameters).run();
}

}  // namespace scnn
