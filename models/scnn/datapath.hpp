#pragma once

#include <cstddef>
#include <systemc>

#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/counters.hpp"
#include "models/scnn/pass_trace.hpp"
#include "models/scnn/ports.hpp"

namespace scnn {

/// What multiplies and accumulates in a PE: everything between IARAM and weight FIFO on one side and the
/// partial sums on the other. There are two implementations with the same counts: one that ticks block by block, and a
/// fast one.
class Datapath : public sc_core::sc_module, public DatapathInterface, public PartialSumInterface {
 public:
  /// Loads what stays the same during a pass. @param pe number of the PE
  virtual void begin_pass(const CompressedPass& pass, std::size_t pe, int product_shift, bool with_values) = 0;

  /// Records from now on what the blocks do in every cycle; nullptr: no more. A datapath that does not tick has
  /// nothing to record.
  virtual void trace(const PassTrace* /*trace*/) {}

  /// What was counted in the pass so far.
  virtual void add_counters(Counters& counters) const = 0;

 protected:
  using sc_module::sc_module;
};

}  // namespace scnn
