#include "tests/reference/reference_dense.hpp"

#include <algorithm>

#include "tests/reference/reference_arithmetic.hpp"
#include "tests/reference/reference_machine.hpp"
#include "tests/reference/reference_mapping.hpp"

namespace reference {

namespace {

using dense::Counters;
using pruning::ConvolutionShape;

/// One operand pair of a dot product.
struct Tap {
  std::int64_t c = 0;  ///< within the channel group
  std::int64_t r = 0;
  std::int64_t s = 0;
};

std::vector<std::vector<Tap>> cut_into_vectors(const ConvolutionShape& shape, std::int64_t width) {
  std::vector<std::vector<Tap>> vectors;
  for (std::int64_t c = 0; c < shape.channels_per_group(); ++c) {
    for (std::int64_t r = 0; r < shape.R; ++r) {
      for (std::int64_t s = 0; s < shape.S; ++s) {
        if (vectors.empty() || std::ssize(vectors.back()) == width) vectors.emplace_back();
        vectors.back().push_back({c, r, s});
      }
    }
  }
  return vectors;
}

class Simulator {
 public:
  Simulator(const scnn::LayerOperands& layer, const scnn::Parameters& machine, bool optimised, std::int64_t sram_bytes)
      : layer_(layer),
        shape_(layer.shape),
        machine_(machine),
        optimised_(optimised),
        pes_(machine.rows * machine.columns),
        capacity_(floor_divide(floor_divide(sram_bytes, 4), pes_)),
        vectors_(cut_into_vectors(shape_, machine.weights_per_cycle * machine.activations_per_cycle)) {}

  DenseOutcome run() {
    cut();
    out_.sums.assign(static_cast<std::size_t>(std::int64_t{1} * shape_.K * shape_.P() * shape_.Q()), 0);
    std::vector<std::int64_t> busy;
    const auto passes = make_passes(shape_, machine_, 1, 1);
    for (const Tiles& pe : passes.front().pes) busy.push_back(work(pe.owned));
    out_.cycles = *std::max_element(busy.begin(), busy.end());
    for (const std::int64_t cycles : busy) {
      out_.pe_cycles.busy += cycles;
      out_.pe_cycles.idle += out_.cycles - cycles;
    }
    out_.outputs = outputs_of(layer_, out_.sums);
    for (const Pass& pass : passes_) {
      broadcast();
      copy_halos(pass);
    }
    count_traffic();
    return out_;
  }

 private:
  /// Sections 3 and 8, with the tiles of outputs in place of those that inputs reach.
  void cut() {
    std::int64_t& th = out_.temporal_rows;
    std::int64_t& tw = out_.temporal_columns;
    bool input_fits = false;
    while (true) {
      passes_ = make_passes(shape_, machine_, th, tw);
      input_fits = true;
      for (const Pass& pass : passes_) {
        for (const Tiles& pe : pass.pes) input_fits = input_fits && shape_.C * pe.input.area() <= capacity_;
      }
      if (input_fits) break;
      if (th <= tw && 2 * th <= shape_.P()) {
        th *= 2;
      } else if (2 * tw <= shape_.Q()) {
        tw *= 2;
      } else if (2 * th <= shape_.P()) {
        th *= 2;
      } else {
        break;
      }
    }
    std::int64_t largest = 0;
    for (const Pass& pass : passes_) {
      for (const Tiles& pe : pass.pes) largest = std::max(largest, pe.owned.area());
    }
    const std::int64_t sums = machine_.accumulator_banks * machine_.accumulator_entries;
    kc_ = std::min<std::int64_t>(machine_.output_channels_per_group, shape_.filters_per_group());
    while (kc_ > 1 && kc_ * largest > sums) --kc_;
    parts_ = kc_ == 1 && largest > sums ? ceil_divide(largest, sums) : 1;
    input_reads_ = 1;
    out_.output_channels_per_group = kc_;
    for (std::int64_t g = 0; g < shape_.groups; ++g) {
      for (std::int64_t k = 0; k < shape_.filters_per_group(); k += kc_) ++out_.groups;
    }
    if (!input_fits) input_reads_ = out_.groups;
    out_.input_fits = input_fits && passes_.size() == 1;
    out_.output_fits = passes_.size() == 1 && shape_.K * largest <= capacity_;
  }

  [[nodiscard]] std::int64_t activation(std::int64_t channel, std::int64_t y, std::int64_t x) const {
    if (y < 0 || y >= shape_.H || x < 0 || x >= shape_.W) return 0;
    return layer_.activations.at(static_cast<std::size_t>((channel * shape_.H + y) * shape_.W + x));
  }

  /// A PE's outputs of all channels: group by group, vector by vector, output by output, filter by filter.
  std::int64_t work(const Rectangle& owned) {
    Counters& n = out_.counters;
    std::int64_t cycles = 0;
    for (std::int64_t g = 0; g < shape_.groups; ++g) {
      const std::int64_t end = (g + 1) * shape_.filters_per_group();
      for (std::int64_t k0 = g * shape_.filters_per_group(); k0 < end; k0 += kc_) {
        for (const auto& vector : vectors_) {
          for (std::int64_t oy = owned.rows.begin; oy < owned.rows.end; ++oy) {
            for (std::int64_t ox = owned.columns.begin; ox < owned.columns.end; ++ox) {
              ++n.activation_vector_reads;
              for (std::int64_t k = k0; k < std::min(k0 + kc_, end); ++k) {
                issue(vector, g, k, oy, ox);
                ++cycles;
              }
            }
          }
        }
      }
    }
    n.ppu_values += shape_.K * owned.area();
    return cycles;
  }

  void issue(const std::vector<Tap>& vector, std::int64_t g, std::int64_t k, std::int64_t oy, std::int64_t ox) {
    Counters& n = out_.counters;
    ++n.issues;
    ++n.weight_buffer_reads;
    ++n.accumulator_references;
    n.multiplier_slots += machine_.weights_per_cycle * machine_.activations_per_cycle;
    for (const Tap& tap : vector) {
      const std::int64_t y = oy * shape_.stride.rows - shape_.padding.rows + shape_.dilation.rows * tap.r;
      const std::int64_t x = ox * shape_.stride.columns - shape_.padding.columns + shape_.dilation.columns * tap.s;
      const std::int64_t a = activation(g * shape_.channels_per_group() + tap.c, y, x);
      const std::int64_t w = layer_.filters->weights.at(
          static_cast<std::size_t>(((k * shape_.channels_per_group() + tap.c) * shape_.R + tap.r) * shape_.S + tap.s));
      const bool zero = a == 0 || w == 0;
      if (!zero) ++n.products;
      ++(optimised_ && zero ? n.multiplications_gated : n.multiplications);
      out_.sums.at(static_cast<std::size_t>((k * shape_.P() + oy) * shape_.Q() + ox)) +=
          shift_right_half_up(a * w, layer_.product_shift);
    }
  }

  /// The weights of one pass, for every part of its tiles.
  void broadcast() {
    for (std::int64_t part = 0; part < parts_; ++part) {
      for (std::int64_t k = 0; k < shape_.K; ++k) {
        for (const auto& vector : vectors_) {
          out_.counters.weight_buffer_writes += pes_;
          out_.counters.dram_weight_bytes_read += 2 * std::ssize(vector);
        }
      }
    }
  }

  void copy_halos(const Pass& pass) {
    for (const Tiles& pe : pass.pes) {
      if (pe.owned.area() == 0) continue;
      const Rectangle needed = input_window(shape_, pe.owned);
      for (std::int64_t y = needed.rows.begin; y < needed.rows.end; ++y) {
        for (std::int64_t x = needed.columns.begin; x < needed.columns.end; ++x) {
          if (!pe.input.contains(y, x)) out_.counters.input_halo_values += shape_.C;
        }
      }
    }
  }

  /// Bits of a tile of some channels in DRAM.
  template <class ValueAt>
  std::int64_t bits_of(const Rectangle& tile, std::int64_t channels, bool compressed, ValueAt value_at) const {
    if (!compressed) return 16 * channels * tile.area();
    std::int64_t bits = 0;
    for (std::int64_t c = 0; c < channels; ++c) {
      std::vector<std::int64_t> values;
      for (std::int64_t y = tile.rows.begin; y < tile.rows.end; ++y) {
        for (std::int64_t x = tile.columns.begin; x < tile.columns.end; ++x) values.push_back(value_at(c, y, x));
      }
      bits += activation_bits({}, stored_elements({}, values, machine_.index_bits), machine_.index_bits);
    }
    return bits;
  }

  void count_traffic() {
    const auto input = [&](bool compressed) {
      std::int64_t bits = 0;
      for (const Pass& pass : passes_) {
        for (const Tiles& pe : pass.pes) {
          bits += bits_of(pe.input, shape_.C, compressed, [&](auto c, auto y, auto x) { return activation(c, y, x); });
        }
      }
      return ceil_divide(input_reads_ * bits, 8);
    };
    const auto output = [&](bool compressed) {
      std::int64_t bits = 0;
      for (const Pass& pass : passes_) {
        for (const Tiles& pe : pass.pes) {
          bits += bits_of(pe.owned, shape_.K, compressed, [&](auto k, auto y, auto x) {
            return out_.outputs.at(static_cast<std::size_t>((k * shape_.P() + y) * shape_.Q() + x));
          });
        }
      }
      return ceil_divide(bits, 8);
    };
    out_.input_bytes = input(optimised_);
    out_.output_bytes = output(optimised_);
    if (!out_.input_fits) {
      out_.counters.dram_activation_bytes_read = out_.input_bytes;
      out_.counters.activation_bytes_filled = input(false);
    }
    if (!out_.output_fits) {
      out_.counters.dram_activation_bytes_written = out_.output_bytes;
      out_.counters.activation_bytes_spilled = output(false);
    }
  }

  const scnn::LayerOperands& layer_;
  const ConvolutionShape& shape_;
  const scnn::Parameters& machine_;
  bool optimised_;
  std::int64_t pes_;
  std::int64_t capacity_;  ///< values of one PE's input, or of its output
  std::vector<std::vector<Tap>> vectors_;
  std::vector<Pass> passes_;
  std::int64_t kc_ = 0;
  std::int64_t parts_ = 1;
  std::int64_t input_reads_ = 1;
  DenseOutcome out_;
};

}  // namespace

DenseOutcome simulate_dense(const scnn::LayerOperands& layer, const scnn::Parameters& machine, bool optimised,
                            std::int64_t sram_bytes) {
  return Simulator(layer, machine, optimised, sram_bytes).run();
}

}  // namespace reference
