#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string_view>

namespace workloads {

/// Random numbers for one tensor, the same everywhere: std::mt19937_64 is specified by the language, and its numbers
/// are turned into uniform and other ones here.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::string_view layer);

  /// In (0, 1), a multiple of 2^-53 plus half of one.
  double uniform() { return (static_cast<double>(engine_() >> 11) + 0.5) * 0x1p-53; }
  /// Mean 0, standard deviation 1, by Marsaglia's polar method.
  double normal();
  /// So many of these, as one call after the other gives them, but faster.
  void normals(std::span<double> values);
  /// Mean 0, standard deviation 1, two-sided exponential.
  double laplacian();

 private:
  std::mt19937_64 engine_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace workloads
