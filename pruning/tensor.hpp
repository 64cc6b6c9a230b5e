#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <vector>

namespace pruning {

using Shape = std::vector<std::int64_t>;

inline std::int64_t element_count(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>{});
}

/// A dense row-major tensor: activations are (C, H, W), filters (K, C/G, R, S), fully connected weights (K, C).
template <class T>
struct Tensor {
  Shape shape;
  std::vector<T> values;

  Tensor() = default;
  explicit Tensor(Shape s) : shape(std::move(s)), values(static_cast<std::size_t>(element_count(shape))) {}
  Tensor(Shape s, std::vector<T> v) : shape(std::move(s)), values(std::move(v)) {}

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
};

}  // namespace pruning
