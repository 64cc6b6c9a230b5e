#pragma once

#include <cstdint>

#include "models/scnn/mapping.hpp"

namespace dense {

/// Activation SRAM of the whole array (Parashar et al., ISCA 2017): half of it holds a layer's input, half its output,
/// 16 bits a value, as SCNN's IARAM and OARAM do. Copies of neighbouring PEs' inputs lie beside it.
inline constexpr std::int64_t activation_sram_bytes = std::int64_t{2} << 20;

/// How a layer is laid onto a dense machine (PT-IS-DP-dense): planar tiles of the output plane; within a PE, output
/// channels are computed in groups, and an activation vector meets the weight vectors of all channels of the group
/// while it stays in place. What the activation SRAM cannot hold is cut into passes by SCNN's rule.
struct Mapping : scnn::TemporalTiling {
  int kc = 0;                ///< output channels per group
  std::int64_t groups = 0;   ///< of one pass
  std::int64_t parts = 1;    ///< of a tile, if the accumulators do not hold a whole one: each needs the weights anew
  std::int64_t vectors = 0;  ///< of F I operand pairs in the dot product of one output: ceil((C/G) R S / (F I))
  bool input_fits = true;    ///< every PE's input in every pass
  bool output_fits = true;   ///< likewise
  std::int64_t halo_pixels = 0;  ///< of one channel that PEs need and others hold, over all passes

  [[nodiscard]] bool input_can_stay_on_chip() const { return input_fits && passes.size() == 1; }
  [[nodiscard]] bool output_can_stay_on_chip() const { return output_fits && passes.size() == 1; }
};

Mapping map_layer(const pruning::ConvolutionShape& shape, const scnn::Parameters& parameters,
                  std::int64_t sram_bytes = activation_sram_bytes);

/// Outputs of each PE in one output channel, row by row of the array.
std::vector<scnn::Window> output_tiles(const pruning::ConvolutionShape& shape, const scnn::Parameters& parameters);

}  // namespace dense
