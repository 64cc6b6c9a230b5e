#include "models/scnn/activation_compressor.hpp"

#include <fmt/format.h>

#include <limits>

#include "models/scnn/widths.hpp"

namespace scnn {

namespace {

using pruning::ConvolutionShape;
using pruning::for_each_phase;
using pruning::PhaseSteps;
using pruning::RowsColumns;
using pruning::Step;
using pruning::StreamElement;

class ActivationCompressor {
 public:
  ActivationCompressor(CompressedPass& result, const LayerOperands& operands, const Parameters& parameters)
      : result_(result),
        operands_(operands),
        shape_(operands.shape),
        index_bits_(static_cast<int>(parameters.index_bits)) {
    constexpr std::size_t most = std::numeric_limits<std::uint32_t>::max();
    if (operands.activations.size() > most) {
      throw LayerDoesNotFit(fmt::format("{} activations are more than {}", operands.activations.size(), most));
    }
  }

  void run(const Pass& geometry) {
    result_.geometry = geometry;
    result_.pixels.assign(geometry.tiles.size(), {});
    for (std::size_t pe = 0; pe < geometry.tiles.size(); ++pe) {
      encoders_.emplace_back(shape_, geometry.tiles[pe].input, index_bits_, operands_.activation_coding());
      for_each_phase(shape_, [&](RowsColumns phase) {
        first_pixels_.push_back(static_cast<std::uint32_t>(result_.pixels[pe].size()));
        append_pixels(result_.pixels[pe], encoders_[pe].pixels(phase));
      });
    }
    std::size_t all_pixels = 0;
    for (const auto& pixels : result_.pixels) all_pixels += pixels.size();
    result_.activation_begins.assign(1, 0);
    const std::size_t plane = static_cast<std::size_t>(shape_.H) * static_cast<std::size_t>(shape_.W);
    for (std::size_t c = 0; c < static_cast<std::size_t>(shape_.C); ++c) {
      make_room(all_pixels);
      const auto channel = std::span(operands_.activations).subspan(c * plane, plane);
      for_each_phase(shape_, [&](RowsColumns phase) {
        for (std::size_t pe = 0; pe < encoders_.size(); ++pe) {
          append_stream(pe, channel, phase);
          result_.activation_begins.push_back(static_cast<std::uint32_t>(count_));
        }
      });
    }
    const bool indexed = operands_.activation_coding() == pruning::Coding::compressed;
    result_.activation_bits = static_cast<std::int64_t>(count_) * (value_bits + (indexed ? index_bits_ : 0));
  }

 private:
  /// The pixels of a phase, in raster order.
  static void append_pixels(std::vector<RowsColumns>& pixels, const PhaseSteps& phase) {
    for (const Step& row : phase.rows) {
      for (const Step& column : phase.columns) pixels.push_back({row.step, column.step});
    }
  }

  /// For more activations.
  void make_room(std::size_t activations) {
    if (count_ + activations <= result_.activation_values.size()) return;
    result_.activation_values.resize(2 * (count_ + activations));
    result_.activation_pixels.resize(result_.activation_values.size());
  }

  void append_stream(std::size_t pe, std::span<const std::int16_t> channel, RowsColumns phase) {
    const pruning::ActivationEncoder& encoder = encoders_[pe];
    const std::size_t phases = first_pixels_.size() / result_.pixels.size();
    const std::uint32_t first_pixel = first_pixels_[pe * phases + pruning::number_of(shape_, phase)];
    std::int16_t* const values = result_.activation_values.data() + count_;
    std::uint32_t* const pixels = result_.activation_pixels.data() + count_;
    const auto stored = encoder.store(channel, phase, values, pixels);
    std::size_t count = stored.value_or(0);
    if (!stored) {
      encoder.encode(channel, phase, [&](const StreamElement& element) {
        values[count] = element.value;
        pixels[count] = static_cast<std::uint32_t>(element.position);
        ++count;
      });
    }
    for (std::size_t i = 0; i < count && first_pixel > 0; ++i) pixels[i] += first_pixel;
    count_ += count;
  }

  CompressedPass& result_;
  const LayerOperands& operands_;
  const ConvolutionShape& shape_;
  int index_bits_;
  std::vector<pruning::ActivationEncoder> encoders_;  ///< by PE
  std::vector<std::uint32_t> first_pixels_;           ///< [PE][phase]: of the PE's
  std::size_t count_ = 0;                             ///< of activations so far
};

}  // namespace

void compress_activations(CompressedPass& pass, const LayerOperands& operands, const Pass& geometry,
                          const Parameters& parameters) {
  ActivationCompressor(pass, operands, parameters).run(geometry);
}

}  // namespace scnn
