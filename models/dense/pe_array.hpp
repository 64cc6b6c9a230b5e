#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/dense/counters.hpp"
#include "models/dense/ports.hpp"
#include "models/dense/processing_element.hpp"
#include "models/dense/weight_broadcast.hpp"
#include "models/scnn/block.hpp"
#include "models/scnn/parameters.hpp"

namespace dense {

/// What the array is given of a layer, and where its results go.
struct LayerJob {
  const scnn::LayerOperands* operands = nullptr;
  std::vector<std::int64_t>* sums = nullptr;     ///< (K, P, Q), before bias; nullptr: timing only
  std::vector<std::int16_t>* outputs = nullptr;  ///< (K, P, Q), after post-processing; likewise
};

struct LayerTime {
  std::int64_t cycles = 0;
  PeCycles pe_cycles;
};

/// The array of PEs and the weight broadcast that they share. PEs do not wait for each other within a layer, so it
/// takes as long as the PE with the largest tile of outputs.
class PeArray : public sc_core::sc_module, public BarrierInterface, public scnn::Block {
 public:
  PeArray(const sc_core::sc_module_name& name, const scnn::Parameters& parameters);

  /// Runs a layer to its end. @throws scnn::NoProgress
  LayerTime run(const LayerJob& job);

  void await_layer(std::size_t pe) override;
  void complete(std::int64_t cycles) override;
  [[nodiscard]] std::string waiting_for() const override;

 private:
  void control();

  scnn::Parameters parameters_;
  WeightBroadcast weight_broadcast_;
  std::vector<std::unique_ptr<ProcessingElement>> pes_;

  LayerTime time_;
  bool done_ = true;
  std::int64_t layers_ = 0;          ///< begun so far
  std::vector<std::int64_t> begun_;  ///< layers that each PE has begun
  std::size_t completed_ = 0;        ///< PEs that have finished the layer
  sc_core::sc_event start_;
  sc_core::sc_event all_complete_;
};

}  // namespace dense
