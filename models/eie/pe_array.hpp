#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <vector>

#include "models/eie/counters.hpp"
#include "models/eie/leading_nonzero_detection.hpp"
#include "models/eie/parameters.hpp"
#include "models/eie/ports.hpp"
#include "models/eie/processing_element.hpp"
#include "models/scnn/block.hpp"

namespace eie {

/// What the array is given of a layer, and where its results go.
struct LayerJob {
  const pruning::InterleavedColumns* matrix = nullptr;
  const scnn::LayerOperands* operands = nullptr;
  std::vector<std::int64_t>* sums = nullptr;     ///< (K), before bias; nullptr: timing only
  std::vector<std::int16_t>* outputs = nullptr;  ///< (K), after post-processing; likewise
};

/// What the array did in a layer.
struct LayerTime {
  std::int64_t cycles = 0;
  Counters counters;
  PeCycles pe_cycles;
};

/// The array of PEs with the leading-non-zero detection that feeds them.
class PeArray : public sc_core::sc_module, public LayerInterface, public scnn::Block {
 public:
  PeArray(const sc_core::sc_module_name& name, const Parameters& parameters);

  /// Runs a layer to its end. @throws scnn::NoProgress
  LayerTime run(const LayerJob& job);

  std::span<const std::int16_t> await_layer() override;
  void complete(std::int64_t cycles) override;
  [[nodiscard]] std::string waiting_for() const override;

 private:
  Parameters parameters_;
  LeadingNonzeroDetection detection_;
  std::vector<std::unique_ptr<ProcessingElement>> pes_;

  std::span<const std::int16_t> inputs_;
  bool waiting_ = false;  ///< a layer has been given and not yet begun
  bool done_ = true;
  std::int64_t busy_cycles_ = 0;  ///< up to the last busy one
  sc_core::sc_event start_;
};

}  // namespace eie
