#include "models/scnn/parameters.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace scnn {

namespace {

constexpr std::int64_t most_pes = 4096;
constexpr std::int64_t most_partial_sums = 1 << 20;  // of one PE and set; keeps what the host allocates in bounds
constexpr double memory_limit = 1 << 24;             // elements or entries: far beyond any on-chip memory

constexpr std::array table{
    ParameterInfo{"pe.rows", &Parameters::rows, 1, 256, "PEs", "rows of the array of processing elements"},
    ParameterInfo{"pe.columns", &Parameters::columns, 1, 256, "PEs", "columns of the array of processing elements"},
    ParameterInfo{"pe.weights_per_cycle", &Parameters::weights_per_cycle, 1, 64, "weights",
                  "F of the F x I multiplier array"},
    ParameterInfo{"pe.activations_per_cycle", &Parameters::activations_per_cycle, 1, 64, "activations",
                  "I of the F x I multiplier array"},
    ParameterInfo{"pe.accumulators.banks", &Parameters::accumulator_banks, 1, 1024, "banks",
                  "A, accumulator banks of a PE"},
    ParameterInfo{"pe.accumulators.entries", &Parameters::accumulator_entries, 1, 65536, "partial sums",
                  "entries of one bank and set"},
    ParameterInfo{"pe.accumulators.sets", &Parameters::accumulator_sets, 1, 2, "sets",
                  "2: one set accumulates while the other drains; 1: it waits"},
    ParameterInfo{"pe.accumulators.bits", &Parameters::accumulator_bits, 8, 32, "bits", "width of a partial sum"},
    ParameterInfo{"pe.crossbar.bank_queue", &Parameters::bank_queue, 1, 65536, "products",
                  "products that wait in front of one bank"},
    ParameterInfo{"pe.crossbar.bank_writes", &Parameters::bank_writes, 0, 4096, "products/cycle",
                  "products that may enter one bank's queue in a cycle; 0: any number, 1: a plain crossbar"},
    ParameterInfo{"pe.crossbar.lane_queue", &Parameters::lane_queue, 1, 65536, "products",
                  "products that wait behind one multiplier"},
    ParameterInfo{"pe.bypass.registers_per_bank", &Parameters::bypass_registers, 0, 1024, "registers",
                  "most recently used partial sums that a bank keeps beside its memory; 0: no bypass"},
    ParameterInfo{"pe.bypass.merge", &Parameters::merge, 0, 0, "",
                  "add products of one issue that share an output address before the crossbar"},
    ParameterInfo{"pe.stationary", &Parameters::stationary, 0, 0, "",
                  "input: activations outer, weights inner (SCNN); weight: the reverse"},
    ParameterInfo{"pe.weight_fifo.entries", &Parameters::weight_fifo_entries, 1, memory_limit, "entries",
                  "entries of F weights each in a PE's weight FIFO"},
    ParameterInfo{"pe.pipeline_latency", &Parameters::pipeline_latency, 0, 1e6, "cycles",
                  "added to every PE's end of an output-channel group"},
    ParameterInfo{"pe.iaram.elements", &Parameters::iaram_elements, 1, memory_limit, "elements",
                  "compressed input activations that fit in one PE"},
    ParameterInfo{"pe.oaram.elements", &Parameters::oaram_elements, 1, memory_limit, "elements",
                  "compressed output activations that fit in one PE"},
    ParameterInfo{"output_channels_per_group", &Parameters::output_channels_per_group, 1, 65536, "channels",
                  "upper bound of Kc, the output channels computed together"},
    ParameterInfo{"broadcast.entries_per_cycle", &Parameters::broadcast_entries, 1, 65536, "entries/cycle",
                  "weight FIFO entries that the broadcast bus carries"},
    ParameterInfo{"dram.bytes_per_cycle", &Parameters::dram_bytes_per_cycle, 0, 1e6, "bytes/cycle",
                  "DRAM bandwidth, at most three decimals; 0: no limit"},
    ParameterInfo{"dram.latency", &Parameters::dram_latency, 0, 1e6, "cycles",
                  "from a request to its first bit; requests are made ahead"},
    ParameterInfo{"ppu.values_per_cycle", &Parameters::ppu_values, 1, 65536, "values/cycle",
                  "outputs that one PE's post-processing unit takes"},
    ParameterInfo{"halo.values_per_cycle", &Parameters::halo_values, 1, 65536, "values/cycle",
                  "partial sums that one PE exchanges with its neighbours"},
    ParameterInfo{"index_bits", &Parameters::index_bits, 1, 8, "bits", "zero-run index of a compressed element"},
    ParameterInfo{"clock_ghz", &Parameters::clock_ghz, 0.001, 1000, "GHz",
                  "clock frequency; turns cycles into seconds and changes no count"},
};

}  // namespace

std::span<const ParameterInfo> parameter_table() {
  return table;
}

std::optional<ParameterProblem> problem_of(const Parameters& parameters) {
  if (parameters.pes() > most_pes) {
    return ParameterProblem{"pe.rows", fmt::format("pe.rows x pe.columns must be at most {}, got {} x {} = {}",
                                                   most_pes, parameters.rows, parameters.columns, parameters.pes())};
  }
  if (parameters.partial_sums() > most_partial_sums) {
    return ParameterProblem{
        "pe.accumulators.entries",
        fmt::format("pe.accumulators.banks x pe.accumulators.entries must be at most {}, got {} x {} = {}",
                    most_partial_sums, parameters.accumulator_banks, parameters.accumulator_entries,
                    parameters.partial_sums())};
  }
  // Bandwidth is reckoned in thousandths of a byte, exactly.
  const double bandwidth = parameters.dram_bytes_per_cycle;
  if (bandwidth != std::round(bandwidth * 1000) / 1000) {
    return ParameterProblem{"dram.bytes_per_cycle", fmt::format("must have at most three decimals, got {}", bandwidth)};
  }
  return std::nullopt;
}

}  // namespace scnn
