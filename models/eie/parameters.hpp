#pragma once

#include <cstdint>
#include <span>

#include "models/parameter_info.hpp"

namespace eie {

/// Parameters of EIE; the defaults are the published machine (Han et al., ISCA 2016, section 6).
struct Parameters {
  std::int64_t pes = 64;
  std::int64_t queue = 8;  ///< activations that wait in front of one PE
  std::int64_t index_bits = 4;
  std::int64_t weight_bits = 4;
  std::int64_t entries_per_word = 8;     ///< of the sparse-matrix SRAM
  std::int64_t activations_per_pe = 64;  ///< source activations in one PE's register file
  std::int64_t pipeline_latency = 4;
  double clock_ghz = 0.8;

  bool operator==(const Parameters&) const = default;

  /// Inputs of one batch.
  [[nodiscard]] std::int64_t batch() const { return activations_per_pe * pes; }
};

using ParameterInfo = models::ParameterInfo<Parameters, std::int64_t, double>;

/// Every parameter, in the order in which it is listed.
std::span<const ParameterInfo> parameter_table();

}  // namespace eie
