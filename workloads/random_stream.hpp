#pragma once

#include <array>
#include <boost/random/mersenne_twister.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "workloads/normal_kernel.hpp"

namespace workloads {

/// Random numbers for one tensor, the same everywhere: those of std::mt19937_64, which the language specifies, are
/// turned into uniform and other ones here. Boost's engine makes the same in a third of the time.
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose, std::string_view layer);

  /// A multiple of 2^-53 plus half of one, rounded: above 0 and, with a probability of 2^-54, as large as 1.
  double uniform() { return uniform_of(draw()); }
  /// Mean 0, standard deviation 1, by Marsaglia's polar method.
  double normal() {
    double value = 0;
    normals({&value, 1});
    return value;
  }
  /// So many of these, as one call after the other gives them, but faster.
  void normals(std::span<double> values);
  /// Mean 0, standard deviation 1, two-sided exponential.
  double laplacian();

 private:
  std::uint64_t draw() {
    if (left() == 0) draw_more();
    return draws_[next_++];
  }
  [[nodiscard]] std::size_t left() const { return most_draws - next_; }
  void draw_more();

  static constexpr std::size_t most_draws = 2 * most_points;
  boost::random::mt19937_64 engine_;
  std::array<std::uint64_t, most_draws + draw_padding> draws_{};  ///< ahead of what is asked for
  std::size_t next_ = most_draws;                                 ///< draw
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace workloads
