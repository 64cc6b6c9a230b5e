#include "models/scnn/compressed_pass.hpp"

#include <algorithm>

namespace scnn {

namespace {

using pruning::CompressedStream;
using pruning::ConvolutionShape;
using pruning::RowsColumns;
using pruning::StreamElement;

int stream_number(const ConvolutionShape& shape, int channel, RowsColumns phase) {
  return (channel * shape.stride.rows + phase.rows) * shape.stride.columns + phase.columns;
}

/// Calls `visit(phase)` for each stride phase in order, row phase outermost.
template <class Visit>
void for_each_phase(const ConvolutionShape& shape, Visit visit) {
  for (int row = 0; row < shape.stride.rows; ++row) {
    for (int column = 0; column < shape.stride.columns; ++column) visit(RowsColumns{row, column});
  }
}

class Compressor {
 public:
  Compressor(const LayerOperands& operands, const Pass& pass, const std::vector<OutputGroup>& groups,
             const Parameters& parameters)
      : operands_(operands), shape_(operands.shape), parameters_(parameters) {
    result_.geometry = pass;
    result_.groups = groups;
    result_.filter_steps = {shape_.dilation.rows * (shape_.R - 1) / shape_.stride.rows + 1,
                            shape_.dilation.columns * (shape_.S - 1) / shape_.stride.columns + 1};
  }

  CompressedPass run() {
    compress_activations();
    for (const OutputGroup& group : result_.groups) compress_weights(group);
    return std::move(result_);
  }

 private:
  [[nodiscard]] int index_bits() const { return static_cast<int>(parameters_.index_bits); }

  void compress_activations() {
    const std::size_t plane = static_cast<std::size_t>(shape_.H) * static_cast<std::size_t>(shape_.W);
    for (const PeTile& tile : result_.geometry.tiles) {
      std::vector<Activation> stored;
      std::vector<std::int64_t> begins{0};
      for (int c = 0; c < shape_.C; ++c) {
        const auto channel = std::span(operands_.activations).subspan(static_cast<std::size_t>(c) * plane, plane);
        for_each_phase(shape_, [&](RowsColumns phase) {
          append_activations(stored, channel, tile.input, phase);
          begins.push_back(static_cast<std::int64_t>(stored.size()));
        });
      }
      result_.activations.push_back(std::move(stored));
      result_.activation_begins.push_back(std::move(begins));
    }
  }

  void append_activations(std::vector<Activation>& stored, std::span<const std::int16_t> channel, const Window& tile,
                          RowsColumns phase) {
    const auto rows = pruning::pixels_of_phase(tile.rows, shape_.padding.rows, shape_.stride.rows, phase.rows);
    const auto columns =
        pruning::pixels_of_phase(tile.columns, shape_.padding.columns, shape_.stride.columns, phase.columns);
    const CompressedStream stream = pruning::encode_activations(shape_, channel, tile, phase, index_bits());
    for (const StreamElement& element : stream) {
      const auto position = static_cast<std::size_t>(element.position);
      stored.push_back({rows[position / columns.size()].step, columns[position % columns.size()].step, element.value});
    }
    result_.activation_bits += pruning::stream_bits(stream, index_bits());
  }

  void compress_weights(const OutputGroup& group) {
    const auto begin = static_cast<std::int64_t>(result_.segments.size());
    for (int c = group.channels.begin; c < group.channels.end; ++c) {
      for_each_phase(shape_, [&](RowsColumns phase) {
        const CompressedStream stream = pruning::encode_weights(
            shape_, operands_.filters->granularity, operands_.filters->weights, operands_.filters->kept, group.filters,
            c - group.channels.begin, phase, index_bits());
        if (stream.empty()) return;
        result_.weight_placeholders += pruning::placeholder_count(stream);
        append_segments(stream, stream_number(shape_, c, phase));
        append_weights(stream, phase);
      });
    }
    result_.group_segments.push_back({begin, static_cast<std::int64_t>(result_.segments.size())});
  }

  /// Half the FIFO, so that the next segment can arrive while this one is at work.
  void append_segments(const CompressedStream& stream, int stream_id) {
    const std::int64_t width = parameters_.weights_per_cycle;
    const auto elements = static_cast<std::int64_t>(stream.size());
    const std::int64_t entries = (elements + width - 1) / width;
    const std::int64_t longest = std::max<std::int64_t>(1, parameters_.weight_fifo_entries / 2);
    const std::int64_t count = (entries + longest - 1) / longest;
    const auto first_entry = static_cast<std::int64_t>(result_.entry_bits.size());
    const auto first_weight = static_cast<std::int64_t>(result_.weights.size());
    for (std::int64_t j = 0; j < count; ++j) {
      const std::int64_t begin = j * entries / count;
      const std::int64_t end = (j + 1) * entries / count;
      const std::int64_t end_weight = std::min(end * width, elements);
      const auto nonzero = std::count_if(stream.begin() + begin * width, stream.begin() + end_weight,
                                         [](const StreamElement& element) { return element.value != 0; });
      result_.segments.push_back({stream_id, first_entry + begin, first_entry + end - 1, first_weight + begin * width,
                                  first_weight + end_weight, nonzero});
    }
  }

  void append_weights(const CompressedStream& stream, RowsColumns phase) {
    const auto rows = pruning::taps_of_phase(shape_.R, shape_.dilation.rows, shape_.stride.rows, phase.rows);
    const auto columns =
        pruning::taps_of_phase(shape_.S, shape_.dilation.columns, shape_.stride.columns, phase.columns);
    const std::size_t taps = rows.size() * columns.size();
    const auto width = static_cast<std::size_t>(parameters_.weights_per_cycle);
    const RowsColumns steps = result_.filter_steps;
    const std::uint32_t no_tap = result_.no_tap();
    std::int64_t bits = result_.weight_bits();
    for (std::size_t i = 0; i < stream.size(); ++i) {
      const StreamElement& element = stream[i];
      const auto position = static_cast<std::size_t>(element.position);
      const Weight weight{static_cast<std::int32_t>(position / taps), rows[position % taps / columns.size()].step,
                          columns[position % columns.size()].step, element.value};
      result_.weights.push_back(weight);
      const int tap = (weight.filter * steps.rows + weight.row) * steps.columns + weight.column;
      result_.taps.push_back(weight.value == 0 ? no_tap : static_cast<std::uint32_t>(tap));
      bits += 16 + (element.has_index ? parameters_.index_bits : 0);
      if ((i + 1) % width == 0 || i + 1 == stream.size()) result_.entry_bits.push_back(bits);
    }
  }

  const LayerOperands& operands_;
  const ConvolutionShape& shape_;
  const Parameters& parameters_;
  CompressedPass result_;
};

}  // namespace

CompressedPass compress(const LayerOperands& operands, const Pass& pass, const std::vector<OutputGroup>& groups,
                        const Parameters& parameters) {
  return Compressor(operands, pass, groups, parameters).run();
}

}  // namespace scnn
