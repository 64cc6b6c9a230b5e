#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/eie/counters.hpp"
#include "models/eie/parameters.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/scnn.hpp"
#include "pruning/interleaved_columns.hpp"

namespace eie {

/// Memories of one PE (Han et al., ISCA 2016, section 6).
inline constexpr std::int64_t sparse_matrix_sram_bytes = std::int64_t{128} << 10;
inline constexpr std::int64_t pointer_sram_bytes = std::int64_t{32} << 10;
inline constexpr std::int64_t activation_sram_bytes = std::int64_t{2} << 10;

/// What the fullest PE stores of a layer's weights, whether that fits or not.
struct SramUse {
  std::int64_t sparse_matrix_bytes = 0;
  std::int64_t pointer_bytes = 0;  ///< 16 bits each

  [[nodiscard]] bool fits() const {
    return sparse_matrix_bytes <= sparse_matrix_sram_bytes && pointer_bytes <= pointer_sram_bytes;
  }
};
SramUse sram_use(const pruning::InterleavedColumns& matrix, const Parameters& parameters);

/// One layer on the machine. The counters hold no activations across DRAM: what the layer's neighbours leave on the
/// chip or take from there is up to the caller.
struct LayerOutcome {
  std::int64_t cycles = 0;
  std::int64_t input_bytes = 0;  ///< across DRAM, if that is where the input comes from: uncompressed
  std::int64_t output_bytes = 0;
  SramUse sram;
  Counters counters;
  PeCycles pe_cycles;
  std::vector<std::int64_t> sums;     ///< (K), before bias; empty if timing only
  std::vector<std::int16_t> outputs;  ///< (K), after post-processing; empty if timing only
};

/// Whether so many inputs, or outputs, of a layer stay in the PEs' activation SRAMs, 16 bits each.
bool activations_stay(std::int64_t activations, const Parameters& parameters);

/// EIE (Han et al., *EIE: Efficient Inference Engine on Compressed Deep Neural Network*, ISCA 2016), the machine for
/// fully connected layers: sparse weights interleaved over PEs and kept in their SRAM, activations broadcast one by
/// one, zeros of both skipped. A SystemC design with a kernel of its own.
class Eie {
 public:
  explicit Eie(const Parameters& parameters);
  ~Eie();
  Eie(const Eie&) = delete;
  Eie& operator=(const Eie&) = delete;

  /// Simulates a layer and checks the counters' invariants. A layer that exceeds the SRAM is simulated as if it did
  /// not.
  /// @param matrix K x C, interleaved over the machine's PEs with its index
  /// @param operands of a fully connected layer; its filters are not read
  /// @throws scnn::NoProgress; std::logic_error if a sum is not what it must be
  LayerOutcome run(const pruning::InterleavedColumns& matrix, const scnn::LayerOperands& operands,
                   scnn::Arithmetic arithmetic);

 private:
  struct Design;
  std::unique_ptr<Design> design_;
};

}  // namespace eie
