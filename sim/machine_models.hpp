#pragma once

#include <memory>
#include <vector>

#include "models/dense/dcnn.hpp"
#include "models/eie/eie.hpp"
#include "models/scnn/scnn.hpp"
#include "sim/layer_evaluator.hpp"
#include "sim/machine.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"

namespace sim {

/// What one machine did with one layer and one image: plain data.
struct MachineResult : MachineCounts {  ///< without what the placement decides: bytes of activations across DRAM
  std::int64_t cycles = 0;
  Mapping mapping;
  std::int64_t weight_placeholders = 0;       ///< in the streams
  std::int64_t input_bytes = 0;               ///< across DRAM, if that is where the input comes from
  std::int64_t output_bytes = 0;              ///< likewise
  std::int64_t uncompressed_input_bytes = 0;  ///< the same in a dense machine's activation memory
  std::int64_t uncompressed_output_bytes = 0;
  eie::SramUse sram;            ///< of EIE
  bool input_can_stay = false;  ///< on the chip
  bool output_can_stay = false;
  bool bit_exact = false;  ///< whether it computed what a dense convolution does; false if it did not compute
};

/// The models of a run's machines. SCNN and its variants share one.
class MachineModels {
 public:
  explicit MachineModels(const RunFile& run);

  /// @param tracing of a machine that runs on the SCNN model
  /// @throws scnn::LayerDoesNotFit
  MachineResult run(Machine machine, const EvaluatedLayer& evaluated, const scnn::Tracing& tracing);

 private:
  MachineResult run_scnn(Machine machine, const EvaluatedLayer& evaluated, const scnn::Tracing& tracing);
  MachineResult run_dense(Machine machine, const EvaluatedLayer& evaluated);
  MachineResult run_oracle(const EvaluatedLayer& evaluated);
  MachineResult run_eie(const EvaluatedLayer& evaluated);

  const RunFile& run_;
  std::unique_ptr<scnn::Scnn> scnn_;
  std::unique_ptr<dense::Dcnn> dcnn_;
  std::unique_ptr<eie::Eie> eie_;
};

}  // namespace sim
