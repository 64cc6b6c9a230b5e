#pragma once

#include <cmath>
#include <cstdint>
#include <stdexcept>

namespace reference {

/// Integer division towards minus infinity; `divisor` is positive.
inline std::int64_t floor_divide(std::int64_t dividend, std::int64_t divisor) {
  const std::int64_t quotient = dividend / divisor;
  return dividend % divisor < 0 ? quotient - 1 : quotient;
}

/// Integer division towards plus infinity; `divisor` is positive.
inline std::int64_t ceil_divide(std::int64_t dividend, std::int64_t divisor) {
  return -floor_divide(-dividend, divisor);
}

/// value / 2^shift, rounded to the nearest integer, halves up; a negative shift multiplies.
inline std::int64_t shift_right_half_up(std::int64_t value, int shift) {
  if (shift <= 0) return value * (std::int64_t{1} << -shift);
  return floor_divide(value + (std::int64_t{1} << (shift - 1)), std::int64_t{1} << shift);
}

/// Whole cycles that DRAM needs for `bits` at a decimal of at most three places, after its latency; 0 bytes per
/// cycle stands for no limit. Nothing needs no time.
inline std::int64_t dram_cycles(std::int64_t bits, double bytes_per_cycle, std::int64_t latency) {
  if (bits == 0) return 0;
  const std::int64_t thousandths = std::llround(bytes_per_cycle * 1000);
  return latency + (thousandths == 0 ? 0 : ceil_divide(bits * 1000, 8 * thousandths));
}

/// A statement of the machine's description that must hold.
inline void require(bool holds, const char* statement) {
  if (!holds) throw std::logic_error(statement);
}

}  // namespace reference
