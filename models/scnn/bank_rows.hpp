#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace scnn {

/// Largest number of accumulator banks that the vector kernels handle.
inline constexpr std::size_t most_banks = 128;

/// What the kernels read of a weight is a row of bytes, one a bank, for an activation at address 0. Bank numbers are
/// linear in the address, so the row for another activation is the same one rotated: rows are written twice in
/// succession and read at an offset. This many bytes let them be read at any offset up to `banks`.
constexpr std::size_t bank_row_bytes(std::size_t banks) {
  std::size_t padded = 32;
  while (padded < banks) padded *= 2;
  return 2 * padded;
}

/// Memory of rows. A row of up to 32 banks is a cache line: read at an offset, it stays one.
class BankRows {
 public:
  /// Makes it so large, and zero.
  void clear(std::size_t bytes) { lines_.assign((bytes + sizeof(Line) - 1) / sizeof(Line), Line()); }
  [[nodiscard]] std::uint8_t* data() { return reinterpret_cast<std::uint8_t*>(lines_.data()); }
  [[nodiscard]] const std::uint8_t* data() const { return reinterpret_cast<const std::uint8_t*>(lines_.data()); }

 private:
  struct alignas(64) Line {
    std::uint8_t bytes[64] = {};
  };
  std::vector<Line> lines_;
};

}  // namespace scnn
