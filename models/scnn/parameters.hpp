#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/parameter_info.hpp"

namespace scnn {

/// Which operand stays in place while the other streams by.
enum class Stationary { input, weight };

/// Parameters of the accelerator; the defaults are the published SCNN (Parashar et al., ISCA
/// 2017, tables 2 and 4), completed where the paper is silent.
struct Parameters {
  std::int64_t rows = 8;                   ///< pe.rows
  std::int64_t columns = 8;                ///< pe.columns
  std::int64_t weights_per_cycle = 4;      ///< F
  std::int64_t activations_per_cycle = 4;  ///< I
  std::int64_t accumulator_banks = 32;     ///< A
  std::int64_t accumulator_entries = 32;   ///< per bank and set
  std::int64_t accumulator_sets = 2;
  std::int64_t accumulator_bits = 24;
  std::int64_t bank_queue = 8;
  std::int64_t bank_writes = 0;  ///< 0: any number
  std::int64_t lane_queue = 1;
  std::int64_t bypass_registers = 0;  ///< per bank
  bool merge = false;
  Stationary stationary = Stationary::input;
  std::int64_t weight_fifo_entries = 50;  ///< N, of F weights each
  std::int64_t pipeline_latency = 4;
  std::int64_t iaram_elements = 4096;
  std::int64_t oaram_elements = 4096;
  std::int64_t output_channels_per_group = 8;  ///< upper bound of Kc
  std::int64_t broadcast_entries = 5;          ///< b, per cycle
  double dram_bytes_per_cycle = 50;            ///< 0: no limit; at most three decimals
  std::int64_t dram_latency = 0;               ///< cycles
  std::int64_t ppu_values = 4;                 ///< per cycle and PE
  std::int64_t halo_values = 4;                ///< per cycle and PE
  std::int64_t index_bits = 4;
  double clock_ghz = 1.0;

  bool operator==(const Parameters&) const = default;

  [[nodiscard]] std::int64_t pes() const { return rows * columns; }
  [[nodiscard]] std::int64_t lanes() const { return weights_per_cycle * activations_per_cycle; }
  [[nodiscard]] std::int64_t partial_sums() const { return accumulator_banks * accumulator_entries; }
};

using ParameterInfo = models::ParameterInfo<Parameters, std::int64_t, double, bool, Stationary>;

/// Every parameter, in the order in which it is listed.
std::span<const ParameterInfo> parameter_table();

struct ParameterProblem {
  std::string_view key;  ///< as in `parameter_table()`
  std::string problem;   ///< what is wrong, what was given, what is allowed
};

/// The first constraint that parameters within their ranges break: what no range of one parameter can say.
std::optional<ParameterProblem> problem_of(const Parameters& parameters);

}  // namespace scnn
