#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/dense/counters.hpp"
#include "models/dense/mapping.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/scnn.hpp"

namespace dense {

/// The two dense machines. DCNN-opt takes DCNN's cycles, but leaves a multiplier switched off when an operand is zero
/// and compresses activations to and from DRAM, in SCNN's code.
enum class Variant { dcnn, dcnn_opt };

/// One layer on a dense machine. Of its activations, the counters hold what cannot but cross DRAM, as
/// `scnn::LayerOutcome`.
struct LayerOutcome {
  std::int64_t cycles = 0;
  std::int64_t output_channels_per_group = 0;
  std::int64_t groups = 0;  ///< of one pass
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
  bool input_can_stay = false;  ///< on the chip
  bool output_can_stay = false;
  std::int64_t input_bytes = 0;  ///< as often as the mapping has it read if it comes from DRAM
  std::int64_t output_bytes = 0;
  std::int64_t uncompressed_input_bytes = 0;  ///< the same in the activation SRAM
  std::int64_t uncompressed_output_bytes = 0;
  Counters counters;
  PeCycles pe_cycles;
  std::vector<std::int64_t> sums;     ///< (K, P, Q), before bias; empty if timing only
  std::vector<std::int16_t> outputs;  ///< (K, P, Q), after post-processing; empty if timing only
};

/// DCNN, the dense accelerator that SCNN is compared with (Parashar et al., ISCA 2017): SCNN's array of PEs, each with
/// planar tiles of the output and an F I-wide dot-product unit (dataflow PT-IS-DP-dense), so that a layer takes
/// max tile outputs x K x ceil((C/G) R S / (F I)) cycles. Of SCNN's parameters those of multipliers, accumulators,
/// output channels in a group and clock hold for it. A SystemC design with a kernel of its own.
class Dcnn {
 public:
  /// @param sram_bytes activation SRAM of the whole array
  explicit Dcnn(const scnn::Parameters& parameters, std::int64_t sram_bytes = activation_sram_bytes);
  ~Dcnn();
  Dcnn(const Dcnn&) = delete;
  Dcnn& operator=(const Dcnn&) = delete;

  /// Simulates a layer and checks the counters' invariants.
  /// @param outputs (K, P, Q): the layer's outputs, for what depends on their zeros when the arithmetic is off; not
  ///        read when it is on
  /// @throws std::logic_error if a sum is not what it must be
  LayerOutcome run(const scnn::LayerOperands& operands, Variant variant, scnn::Arithmetic arithmetic,
                   std::span<const std::int16_t> outputs = {});

 private:
  struct Design;
  std::unique_ptr<Design> design_;
};

}  // namespace dense
