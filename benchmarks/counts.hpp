#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "models/scnn/counters.hpp"

namespace benchmarks {

/// Cycles, counters and PE-cycle classes of a layer by their names in `layers.csv`: all that the speed of a simulator
/// must not change. Bytes of activations that cross DRAM are left out: they depend on the layers around.
using Counts = std::map<std::string, std::int64_t>;

Counts counts_of(std::int64_t cycles, const scnn::Counters& counters, const scnn::PeCycles& pe_cycles);

/// Counts of every layer of a `layers.csv`; columns that are none are passed over.
/// @throws std::runtime_error if the file is missing or damaged
std::map<std::string, Counts> read_counts(const std::filesystem::path& csv);

/// Counts of the layers as such a file.
std::string csv_of(const std::map<std::string, Counts>& layers);

/// `cycles: 12, not 13` for the first count that differs; empty if none does.
std::string first_difference(const Counts& counted, const Counts& expected);

/// What the layers of a run file must count with so many bypass registers: recorded by `scnn-bench --expected`, with
/// the detailed datapath.
std::filesystem::path expected_counts_file(const std::string& network, std::int64_t bypass_registers);

}  // namespace benchmarks
