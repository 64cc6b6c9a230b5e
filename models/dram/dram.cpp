#include "models/dram/dram.hpp"

#include <cmath>

namespace dram {

Dram::Dram(const sc_core::sc_module_name& name, double bytes_per_cycle)
    : sc_module(name), bits_per_1000_cycles_(std::llround(bytes_per_cycle * 1000.0) * 8) {}

std::int64_t Dram::cycles_for(std::int64_t bits) const {
  if (bits_per_1000_cycles_ == 0) return 0;
  return (bits * 1000 + bits_per_1000_cycles_ - 1) / bits_per_1000_cycles_;
}

}  // namespace dram
