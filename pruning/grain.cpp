#include "pruning/grain.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
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

namespace {

/// 1 for the `kept` grains of the greatest saliency, of equals the earlier. Memory is that of the result and of few
/// saliencies.
/// @param saliency_of a grain, not negative; asked for several times
template <class SaliencyOf>
std::vector<std::uint8_t> most_salient(std::size_t grains, std::size_t kept, const SaliencyOf& saliency_of) {
  std::vector<std::uint8_t> result(grains, 0);
  if (kept == 0) return result;

  // The exponent and the leading digits of a number that is not negative are in the order of the numbers: they tell all
  // but few grains from the last that is kept.
  const auto leading = [](double saliency) { return std::bit_cast<std::uint64_t>(saliency) >> 48; };
  std::vector<std::size_t> count(std::size_t{1} << 15, 0);  // without the sign
  for (std::size_t g = 0; g < grains; ++g) ++count[leading(saliency_of(g))];
  std::size_t last = count.size() - 1;
  std::size_t above = 0;
  while (above + count[last] < kept) above += count[last--];

  std::vector<double> near;
  near.reserve(count[last]);
  for (std::size_t g = 0; g < grains; ++g) {
    const double saliency = saliency_of(g);
    if (leading(saliency) == last) near.push_back(saliency);
  }
  const auto least = near.begin() + static_cast<std::ptrdiff_t>(kept - above - 1);
  std::nth_element(near.begin(), least, near.end(), std::greater<>());
  const double threshold = *least;
  // Which grains are kept cannot be predicted, so no branch depends on it.
  for (std::size_t g = 0; g < grains; ++g) result[g] = saliency_of(g) >= threshold ? 1 : 0;
  auto surplus = std::count(least + 1, near.end(), threshold);
  for (std::size_t g = grains; surplus > 0; --g) {
    if (saliency_of(g - 1) != threshold) continue;
    result[g - 1] = 0;
    --surplus;
  }
  return result;
}

}  // namespace

Mask select_grains(const Tensor<float>& filters, Granularity granularity, double density) {
  Mask mask{granularity, grain_size(granularity, filters.shape), {}};
  const auto grains = static_cast<std::size_t>(filters.size() / std::max<std::int64_t>(1, mask.grain_size));
  const auto kept = static_cast<std::size_t>(kept_count(granularity, static_cast<std::int64_t>(grains), density));
  if (kept == grains) {
    mask.kept_grains.assign(grains, 1);
    return mask;
  }

  const auto magnitude = [&](std::size_t i) { return std::abs(static_cast<double>(filters.values[i])); };
  if (mask.grain_size == 1) {
    mask.kept_grains = most_salient(grains, kept, magnitude);
    return mask;
  }
  // Sums in double are exact enough to be the same on every machine: they are formed in one fixed order.
  std::vector<double> saliency(grains, 0.0);
  const auto size = static_cast<std::size_t>(mask.grain_size);
  for (std::size_t g = 0; g < grains; ++g) {
    for (std::size_t i = 0; i < size; ++i) saliency[g] += magnitude(g * size + i);
  }
  mask.kept_grains = most_salient(grains, kept, [&](std::size_t g) { return saliency[g]; });
  return mask;
}

Tensor<float> apply(const Mask& mask, Tensor<float> filters) {
  std::vector<float>& values = filters.values;
  if (mask.grain_size == 1) {
    std::transform(values.begin(), values.end(), mask.kept_grains.begin(), values.begin(),
                   [](float value, std::uint8_t kept) { return kept != 0 ? value : 0.0F; });
    return filters;
  }
  auto grain = values.begin();
  for (const std::uint8_t kept : mask.kept_grains) {
    if (kept == 0) std::fill_n(grain, mask.grain_size, 0.0F);
    grain += mask.grain_size;
  }
  return filters;
}

}  // namespace pruning
