#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "models/dense/activation_memory.hpp"
#include "models/dense/dot_product_unit.hpp"
#include "models/dense/ports.hpp"
#include "models/scnn/layer_operands.hpp"
#include "models/scnn/mapping.hpp"
#include "models/scnn/post_processing_unit.hpp"

namespace dense {

/// A PE of a dense machine: its sequencer lets the activations of every output of its tile meet every filter, with its
/// own activation memory, dot-product unit and post-processing unit.
class ProcessingElement : public sc_core::sc_module {
 public:
  sc_core::sc_port<WeightInterface> weights;
  sc_core::sc_port<BarrierInterface> barrier;

  ProcessingElement(const sc_core::sc_module_name& name, std::size_t number, const scnn::Parameters& parameters);

  /// @param tile outputs that the PE computes, in every channel
  void begin_layer(const scnn::LayerOperands& operands, const scnn::Window& tile);
  /// The same with the outputs' values. @param sums, outputs (K, P, Q) of the layer, where they go
  void begin_layer(const scnn::LayerOperands& operands, const scnn::Window& tile, std::vector<std::int64_t>& sums,
                   std::vector<std::int16_t>& outputs);

 private:
  /// An output of the tile, in any channel.
  struct Position {
    int row = 0;
    int column = 0;
  };

  void run();
  void compute();
  void compute(std::span<const Position> positions);

  std::size_t number_;
  sc_core::sc_port<DotProductInterface> dot_product_;
  sc_core::sc_port<ActivationInterface> activations_;
  DotProductUnit dot_product_unit_;
  ActivationMemory activation_memory_;
  scnn::PostProcessingUnit post_processing_;

  const scnn::LayerOperands* operands_ = nullptr;
  scnn::Window tile_;
  bool with_values_ = false;
  std::vector<std::int32_t> operands_read_;  ///< of some neighbouring outputs, one after another
};

}  // namespace dense
