#include "pruning/grain.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace pruning {

std::string_view name_of(Granularity granularity) {
  switch (granularity) {
    case Granularity::none:
      return "none";
    case Granularity::fine:
      return "fine";
    case Granularity::vector:
      return "vector";
    case Granularity::kernel:
      return "kernel";
    case Granularity::filter:
      return "filter";
  }
  throw std::invalid_argument("no such granularity");
}

bool is_coarse(Granularity granularity) {
  return granularity != Granularity::none && granularity != Granularity::fine;
}

std::int64_t grain_size(Granularity granularity, const Shape& filters) {
  const auto extent = [&](std::size_t axis) { return axis < filters.size() ? filters[axis] : 1; };
  switch (granularity) {
    case Granularity::none:
    case Granularity::fine:
      return 1;
    case Granularity::vector:
      return extent(3);
    case Granularity::kernel:
      return extent(2) * extent(3);
    case Granularity::filter:
      return extent(1) * extent(2) * extent(3);
  }
  throw std::invalid_argument("no such granularity");
}

std::int64_t Mask::kept() const {
  return std::accumulate(kept_grains.begin(), kept_grains.end(), std::int64_t{0});
}

std::int64_t kept_count(Granularity granularity, std::int64_t grains, double density) {
  if (!(density >= 0.0 && density <= 1.0)) throw std::invalid_argument("a density lies between 0 and 1");
  if (granularity == Granularity::none) return grains;
  return static_cast<std::int64_t>(std::floor(density * static_cast<double>(grains) + 0.5));
}

Mask select_grains(const Tensor<float>& filters, Granularity granularity, double density) {
  Mask mask{granularity, grain_size(granularity, filters.shape), {}};
  const auto grains = static_cast<std::size_t>(filters.size() / std::max<std::int64_t>(1, mask.grain_size));
  const auto kept = static_cast<std::size_t>(kept_count(granularity, static_cast<std::int64_t>(grains), density));
  if (kept == grains) {
    mask.kept_grains.assign(grains, 1);
    return mask;
  }

  // Sums in double are exact enough to be the same on every machine: they are formed in one fixed order.
  std::vector<double> saliency(grains, 0.0);
  const auto size = static_cast<std::size_t>(mask.grain_size);
  for (std::size_t g = 0; g < grains; ++g) {
    for (std::size_t i = 0; i < size; ++i) saliency[g] += std::abs(static_cast<double>(filters.values[g * size + i]));
  }

  std::vector<std::size_t> order(grains);
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto more_salient = [&](std::size_t a, std::size_t b) {
    return saliency[a] != saliency[b] ? saliency[a] > saliency[b] : a < b;
  };
  std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(kept), order.end(), more_salient);
  mask.kept_grains.assign(grains, 0);
  for (std::size_t i = 0; i < kept; ++i) mask.kept_grains[order[i]] = 1;
  return mask;
}

Tensor<float> apply(const Mask& mask, Tensor<float> filters) {
  for (std::int64_t i = 0; i < filters.size(); ++i) {
    if (!mask.keeps(i)) filters.values[static_cast<std::size_t>(i)] = 0.0F;
  }
  return filters;
}

}  // namespace pruning
