#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "models/scnn/waveform.hpp"

namespace scnn {

/// Where to record what one PE does.
struct Tracing {
  Waveform* waveform = nullptr;  ///< nullptr: nowhere
  std::size_t pe = 0;
};

/// Signals of a traced pass that tell of sequencing: the barrier of the array, and one of its PEs. Several blocks
/// record them; what happens inside the PE's datapath is declared by its own blocks.
struct PassTrace {
  /// @param array name of the PE array
  /// @param pe name of the PE
  PassTrace(Waveform& w, const std::string& array, const std::string& pe)
      : waveform(w),
        released_group(w.number(array + ".barrier.released_group")),
        pes_complete(w.level(array + ".barrier.pes_complete")),
        state(w.word(pe + ".state")),
        group(w.number(pe + ".group")),
        segment(w.number(pe + ".segment")),
        arrival(w.cycle(pe + ".arrival")),
        weight_fifo(w.level(pe + ".weight_fifo")) {}

  Waveform& waveform;
  Waveform::Signal released_group;  ///< from 1
  Waveform::Signal pes_complete;    ///< that have finished it
  Waveform::Signal state;           ///< class of the PE-cycle, by its counter's name
  Waveform::Signal group;           ///< from B(g) to C(g)
  Waveform::Signal segment;         ///< from 1 over the pass; awaited or at work
  Waveform::Signal arrival;         ///< T of its last entry
  Waveform::Signal weight_fifo;     ///< entries that the PE holds
};

/// What the signals mean, for whoever opens the file.
constexpr std::string_view waveform_legend =
    "Values in a cycle are what happens in it and what waits at its end; high impedance: there is none.\n"
    "barrier.released_group: output-channel group that the PEs work on, from 1\n"
    "barrier.pes_complete: PEs that are done with it\n"
    "state: issue (of a vector and an entry), conflict (a lane is full), supply (weights are not read or sent yet),\n"
    "  fifo (weights waited for room in the FIFOs), flush (the last products retire), barrier (other PEs work),\n"
    "  drain (partial sums leave the accumulators)\n"
    "group, segment: what the PE works on or waits for, from 1\n"
    "arrival: cycle in which the segment's last entry can be used\n"
    "weight_fifo: entries that the PE holds\n"
    "scatter_crossbar.lane_L, bank_queue_B: products that wait behind multiplier L and in front of bank B\n"
    "accumulator_banks.bank_B.retires, entry: the bank adds a product to this entry\n"
    "output_bypass.bank_B.hit: the product found its entry in a register\n"
    "output_bypass.bank_B.register_N: entry that is held, 0 the most recently used";

}  // namespace scnn
