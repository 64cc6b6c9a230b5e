#include "models/eie/parameters.hpp"

#include <array>

namespace eie {

namespace {

// Bounds that keep what the host allocates in proportion: a PE has pointers to all columns.
constexpr std::array table{
    ParameterInfo{"eie.pes", &Parameters::pes, 1, 1024, "PEs", "EIE: processing elements"},
    ParameterInfo{"eie.queue", &Parameters::queue, 1, 4096, "activations",
                  "EIE: activations that wait in front of one PE"},
    ParameterInfo{"eie.index_bits", &Parameters::index_bits, 1, 8, "bits",
                  "EIE: run of zeros in front of a stored weight"},
    ParameterInfo{"eie.weight_bits", &Parameters::weight_bits, 1, 8, "bits",
                  "EIE: code of a stored weight into the table of shared 16-bit weights"},
    ParameterInfo{"eie.entries_per_word", &Parameters::entries_per_word, 1, 4096, "entries",
                  "EIE: stored weights in a word of the sparse-matrix SRAM"},
    ParameterInfo{"eie.activations_per_pe", &Parameters::activations_per_pe, 1, 1 << 24, "activations",
                  "EIE: inputs of a batch in one PE's register file"},
    ParameterInfo{"eie.pipeline_latency", &Parameters::pipeline_latency, 0, 1e6, "cycles",
                  "EIE: added to the end of every layer"},
    ParameterInfo{"eie.clock_ghz", &Parameters::clock_ghz, 0.001, 1000, "GHz",
                  "EIE: clock frequency; turns cycles into seconds and changes no count"},
};

}  // namespace

std::span<const ParameterInfo> parameter_table() {
  return table;
}

}  // namespace eie
