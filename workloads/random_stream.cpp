#include "workloads/random_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <numbers>

#include "workloads/portable_math.hpp"

namespace workloads {

namespace {

/// Spreads neighbouring numbers over all 64 bits.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 32)) * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 29)) * 0xd6e8feb86659fd93U;
  return x ^ (x >> 32);
}

std::uint64_t hash(std::uint64_t state, std::string_view text) {
  for (const char c : text) state = mix(state + static_cast<unsigned char>(c) + 1);
  return mix(state);
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::string_view layer)
    : engine_(hash(hash(mix(seed), purpose), layer)) {}

void RandomStream::draw_more() {
  std::copy(draws_.begin() + static_cast<std::ptrdiff_t>(next_), draws_.begin() + most_draws, draws_.begin());
  std::generate(draws_.begin() + static_cast<std::ptrdiff_t>(left()), draws_.begin() + most_draws,
                [this] { return engine_(); });
  next_ = 0;
}

void RandomStream::normals(std::span<double> values) {
  if (has_spare_ && !values.empty()) {
    values.front() = spare_;
    has_spare_ = false;
    values = values.subspan(1);
  }
  while (!values.empty()) {
    if (left() < 2) draw_more();
    // A point makes one pair at most, so no draw is taken that is not needed.
    const std::size_t points = std::min((values.size() + 1) / 2, left() / 2);
    std::array<double, 2 * most_points> pairs;  // NOLINT(*member-init): as many are written as are read
    const std::size_t made = 2 * normal_pairs(draws_.data() + next_, points, pairs.data());
    next_ += 2 * points;
    const std::size_t taken = std::min(made, values.size());
    std::copy_n(pairs.begin(), taken, values.begin());
    values = values.subspan(taken);
    if (taken == made) continue;
    spare_ = pairs[taken];
    has_spare_ = true;
  }
}

double RandomStream::laplacian() {
  const double u = uniform();
  constexpr double scale = 1 / std::numbers::sqrt2;
  return u < 0.5 ? scale * natural_logarithm(2 * u) : -scale * natural_logarithm(2 * (1 - u));
}

}  // namespace workloads
