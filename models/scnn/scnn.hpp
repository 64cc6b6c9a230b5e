#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "models/scnn/counters.hpp"
#include "models/scnn/evaluation.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/mapping.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/pass_trace.hpp"

namespace dram {
class MemoryPort;
}

namespace scnn {

/// One layer on the machine. Of its activations, the counters hold what cannot but cross DRAM: an input or output that
/// does not fit on the chip. What the layer's neighbours leave there or take from there is up to the caller.
struct LayerOutcome {
  std::int64_t cycles = 0;
  std::int64_t output_channels_per_group = 0;
  std::int64_t groups = 0;  ///< of one pass
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
  std::int64_t weight_placeholders = 0;  ///< in the weight streams of one pass
  bool input_can_stay = false;           ///< on the chip: one pass, with its input in the IARAMs
  bool output_can_stay = false;          ///< on the chip: one pass, with its outputs in the OARAMs
  std::int64_t input_bytes = 0;  ///< compressed input, as often as the mapping has it read if it comes from DRAM
  std::int64_t output_bytes = 0;
  Counters counters;
  PeCycles pe_cycles;
  std::vector<std::int64_t> sums;     ///< (K, P, Q), before bias; empty if timing only
  std::vector<std::int16_t> outputs;  ///< (K, P, Q), after post-processing; empty if timing only
};

enum class Arithmetic { on, off };

/// Builds a memory, any TLM-2.0 target, within the machine's kernel and binds the port's socket to it (see
/// `dram::MemoryPort`). What it returns lives as long as the machine:
///
///     [](dram::MemoryPort& port) {
///       auto memory = std::make_shared<SomeMemory>("memory");
///       port.socket.bind(memory->socket);
///       return memory;
///     }
using ConnectMemory = std::function<std::shared_ptr<void>(dram::MemoryPort&)>;

/// The SCNN accelerator, a SystemC design of its own with its own kernel: several may live side by side, but not in
/// several threads at once.
class Scnn {
 public:
  /// @param construction_order of the PEs, a permutation of their numbers; empty: in order
  /// @param connect another memory than the built-in DRAM, whose parameters are then not used
  explicit Scnn(const Parameters& parameters, Evaluation evaluation = Evaluation::fast,
                std::vector<std::size_t> construction_order = {}, const ConnectMemory& connect = {});
  ~Scnn();
  Scnn(const Scnn&) = delete;
  Scnn& operator=(const Scnn&) = delete;

  /// Simulates a layer, pass by pass, and checks the counters' invariants.
  /// @param outputs (K, P, Q): the layer's outputs, for what depends on their zeros when the arithmetic is
  ///        off; not read when it is on
  /// @param tracing where to record the first pass, in a waveform that has recorded nothing yet; needs the detailed
  ///        evaluation
  /// @throws LayerDoesNotFit, NoProgress; std::logic_error if a sum is not what it must be
  LayerOutcome run(const LayerOperands& operands, Arithmetic arithmetic, std::span<const std::int16_t> outputs = {},
                   const Tracing& tracing = {});

 private:
  struct Design;
  std::unique_ptr<Design> design_;
};

}  // namespace scnn
