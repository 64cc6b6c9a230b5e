#include "models/scnn/activation_compressor.hpp"

#include <fmt/format.h>

#include <limits>

#include "models/scnn/widths.hpp"

namespace scnn {

namespace {

using pruning::ConvolutionShape;
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
    result_.activations_have_zeros = false;
    std::vector<pruning::Window> tiles;
    for (const PeTile& tile : geometry.tiles) tiles.push_back(tile.input);
    number_pixels(tiles);

    pruning::ActivationEncoder encoder(shape_, tiles, index_bits_, operands_.activation_coding());
    const auto channels = static_cast<std::size_t>(shape_.C);
    const std::size_t plane = static_cast<std::size_t>(shape_.H) * static_cast<std::size_t>(shape_.W);
    result_.activation_begins.resize(channels * encoder.streams() + 1);
    result_.activation_begins[0] = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      make_room(encoder.pixels());
      store_channel(encoder, std::span(operands_.activations).subspan(c * plane, plane),
                    result_.activation_begins.data() + c * encoder.streams() + 1);
    }
    const bool indexed = operands_.activation_coding() == pruning::Coding::compressed;
    result_.activation_bits = static_cast<std::int64_t>(count_) * (value_bits + (indexed ? index_bits_ : 0));
  }

 private:
  void number_pixels(std::span<const pruning::Window> tiles) {
    result_.pixels.clear();
    pruning::for_each_pixel(
        shape_, tiles, [] {},
        [&](std::size_t pe, const Step& row, const Step& column) {
          result_.pixels.push_back({static_cast<std::uint32_t>(pe), row.step, column.step});
        });
  }

  /// For more activations.
  void make_room(std::size_t activations) {
    if (count_ + activations <= result_.activation_values.size()) return;
    result_.activation_values.resize(2 * (count_ + activations));
    result_.activation_pixels.resize(result_.activation_values.size());
  }

  /// @param ends of the channel's streams
  void store_channel(pruning::ActivationEncoder& encoder, std::span<const std::int16_t> channel, std::uint32_t* ends) {
    std::int16_t* const values = result_.activation_values.data() + count_;
    std::uint32_t* const pixels = result_.activation_pixels.data() + count_;
    if (!encoder.store(channel, values, pixels, ends)) {
      std::uint32_t count = 0;
      for (std::size_t stream = 0; stream < encoder.streams(); ++stream) {
        encoder.encode(channel, stream, [&](const StreamElement& element) {
          if (element.value == 0) result_.activations_have_zeros = true;
          values[count] = element.value;
          pixels[count] = encoder.first_pixel(stream) + static_cast<std::uint32_t>(element.position);
          ++count;
        });
        ends[stream] = count;
      }
    }
    for (std::size_t stream = 0; stream < encoder.streams(); ++stream) {
      ends[stream] += static_cast<std::uint32_t>(count_);
    }
    count_ = ends[encoder.streams() - 1];
  }

  CompressedPass& result_;
  const LayerOperands& operands_;
  const ConvolutionShape& shape_;
  int index_bits_;
  std::size_t count_ = 0;  ///< of activations so far
};

}  // namespace

void compress_activations(CompressedPass& pass, const LayerOperands& operands, const Pass& geometry,
                          const Parameters& parameters) {
  ActivationCompressor(pass, operands, parameters).run(geometry);
}

}  // namespace scnn
