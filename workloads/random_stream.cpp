#include "workloads/random_stream.hpp"

#include <algorithm>
#include <cmath>
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

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  double u = 0;
  double v = 0;
  double square = 0;
  do {
    u = 2 * uniform() - 1;
    v = 2 * uniform() - 1;
    square = u * u + v * v;
  } while (square >= 1 || square == 0);
  const double factor = std::sqrt(-2 * natural_logarithm(square) / square);
  spare_ = v * factor;
  has_spare_ = true;
  return u * factor;
}

void RandomStream::normals(std::span<double> values) {
  if (has_spare_ && !values.empty()) {
    values.front() = normal();
    values = values.subspan(1);
  }
  // Without a branch on which points are in the circle, and with all logarithms of a block at once.
  constexpr std::size_t most = 512;
  double u[most];
  double v[most];
  double square[most];
  while (values.size() >= 2) {
    const std::size_t pairs = std::min(most, values.size() / 2);
    for (std::size_t i = 0; i < pairs;) {
      u[i] = 2 * uniform() - 1;
      v[i] = 2 * uniform() - 1;
      square[i] = u[i] * u[i] + v[i] * v[i];
      i += static_cast<std::size_t>(square[i] < 1) & static_cast<std::size_t>(square[i] != 0);
    }
    double logarithm[most];
    for (std::size_t i = 0; i < pairs; ++i) logarithm[i] = natural_logarithm(square[i]);
    for (std::size_t i = 0; i < pairs; ++i) {
      const double factor = std::sqrt(-2 * logarithm[i] / square[i]);
      values[2 * i] = u[i] * factor;
      values[2 * i + 1] = v[i] * factor;
    }
    values = values.subspan(2 * pairs);
  }
  if (!values.empty()) values.front() = normal();
}

double RandomStream::laplacian() {
  const double u = uniform();
  constexpr double scale = 1 / std::numbers::sqrt2;
  return u < 0.5 ? scale * natural_logarithm(2 * u) : -scale * natural_logarithm(2 * (1 - u));
}

}  // namespace workloads
