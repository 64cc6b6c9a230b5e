#include "workloads/tensor_statistics.hpp"

#include <algorithm>
#include <cmath>

#include "workloads/portable_math.hpp"

namespace workloads {

namespace {

// Stand-ins with a wider spread than this would lose small weights that pruning keeps when they become 16 bits wide.
constexpr double largest_sigma = 2.5;

bool is_set(std::int16_t value) {
  return value != 0;
}

double share_of_set(std::span<const std::int16_t> values) {
  return static_cast<double>(std::count_if(values.begin(), values.end(), is_set)) / static_cast<double>(values.size());
}

/// Mean of `of(e^z')` over kernel scales e^z', z' normal with standard deviation sigma.
template <class Function>
double mean_over_scales(double sigma, Function of) {
  double sum = 0;
  double weight = 0;
  for (int step = -48; step <= 48; ++step) {
    const double z = 0.125 * step;
    const double height = exponential(-z * z / 2);
    sum += height * of(exponential(sigma * z));
    weight += height;
  }
  return sum / weight;
}

/// Probability that a normal weight of that scale is larger in magnitude than the threshold.
double kept(double threshold, double scale) {
  return 2 * normal_probability(-threshold / scale);
}

/// Where an increasing function crosses zero.
template <class Function>
double root(double low, double high, int halvings, Function function) {
  for (int i = 0; i < halvings; ++i) {
    const double middle = (low + high) / 2;
    if (function(middle) < 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (low + high) / 2;
}

/// Planes of bytes: 1 for a value that is not zero.
std::vector<std::uint8_t> planes_of(const std::vector<std::span<const std::int16_t>>& images) {
  std::vector<std::uint8_t> set;
  for (const auto& image : images) {
    for (const std::int16_t value : image) set.push_back(is_set(value) ? 1 : 0);
  }
  return set;
}

/// Pairs of values at some distance, and those with both above zero.
struct Pairs {
  std::int64_t all = 0;
  std::int64_t both = 0;
};

/// Pairs of a value with the one `rows` below and `columns` to the right of it.
void count_pairs(const std::vector<std::uint8_t>& planes, const pruning::ConvolutionShape& shape, int rows, int columns,
                 Pairs& pairs) {
  if (rows >= shape.H || columns >= shape.W) return;
  const auto width = static_cast<std::size_t>(shape.W);
  const auto height = static_cast<std::size_t>(shape.H);
  const auto down = static_cast<std::size_t>(rows);
  const auto right = static_cast<std::size_t>(columns);
  for (std::size_t plane = 0; plane < planes.size(); plane += height * width) {
    for (std::size_t y = 0; y + down < height; ++y) {
      const std::uint8_t* one = planes.data() + plane + y * width;
      const std::uint8_t* other = one + down * width + right;
      int both = 0;
      for (std::size_t x = 0; x + right < width; ++x) both += one[x] & other[x];
      pairs.both += both;
      pairs.all += shape.W - columns;
    }
  }
}

/// Correlation of the field by distance, from 1 on.
std::vector<double> correlations(const pruning::ConvolutionShape& shape,
                                 const std::vector<std::span<const std::int16_t>>& images, double threshold) {
  constexpr int farthest = 32;
  const std::vector<std::uint8_t> planes = planes_of(images);
  std::vector<double> result;
  for (int distance = 1; distance <= std::min(std::max(shape.H, shape.W) / 2, farthest); ++distance) {
    Pairs pairs;
    count_pairs(planes, shape, 0, distance, pairs);
    count_pairs(planes, shape, distance, 0, pairs);
    result.push_back(normal_correlation(threshold, static_cast<double>(pairs.both) / static_cast<double>(pairs.all)));
  }
  return result;
}

/// Fits s + (1 - s) e^(-d / length) to correlations at distances from 1 on, and turns s into a spread of channels.
void fit(const std::vector<double>& correlations, ActivationStatistics& statistics) {
  constexpr double most_common = 0.99;
  double least_error = HUGE_VAL;
  for (int step = 0; step <= 1000; ++step) {
    const double length = 0.05 * step;
    const double per_pixel = step == 0 ? 0 : exponential(-1 / length);
    // For a given length the best s is a quotient of sums.
    double above = 0;
    double below = 0;
    double own = 1;
    for (const double correlation : correlations) {
      own *= per_pixel;
      above += (correlation - own) * (1 - own);
      below += (1 - own) * (1 - own);
    }
    const double common = std::clamp(above / below, 0.0, most_common);
    double error = 0;
    own = 1;
    for (const double correlation : correlations) {
      own *= per_pixel;
      const double difference = common + (1 - common) * own - correlation;
      error += difference * difference;
    }
    if (error >= least_error) continue;
    least_error = error;
    statistics.correlation_length = length;
    statistics.channel_spread = std::sqrt(common / (1 - common));
  }
}

}  // namespace

double expected_row_occupancy(double density, double kernel_scale_sigma, int length) {
  // Densities fall with the threshold; its logarithm is looked for.
  const double threshold = exponential(root(-40, 40, 50, [&](double logarithm) {
    const double candidate = exponential(logarithm);
    return density - mean_over_scales(kernel_scale_sigma, [&](double scale) { return kept(candidate, scale); });
  }));
  return mean_over_scales(kernel_scale_sigma, [&](double scale) {
    const double lost = 1 - kept(threshold, scale);
    double all_lost = 1;
    for (int i = 0; i < length; ++i) all_lost *= lost;
    return 1 - all_lost;
  });
}

WeightStatistics weight_statistics(const pruning::ConvolutionShape& shape, std::span<const std::int16_t> weights) {
  WeightStatistics statistics;
  statistics.density = share_of_set(weights);
  const auto length = static_cast<std::size_t>(shape.S);
  std::int64_t rows = 0;
  for (std::size_t start = 0; start < weights.size(); start += length) {
    const auto row = weights.subspan(start, length);
    rows += std::any_of(row.begin(), row.end(), is_set) ? 1 : 0;
  }
  statistics.row_occupancy = static_cast<double>(rows) / (static_cast<double>(weights.size()) / shape.S);
  const bool telling = shape.S > 1 && statistics.density > 0 && statistics.density < 1;
  if (telling && statistics.row_occupancy < expected_row_occupancy(statistics.density, 0, shape.S)) {
    statistics.kernel_scale_sigma = root(0, largest_sigma, 16, [&](double sigma) {
      return statistics.row_occupancy - expected_row_occupancy(statistics.density, sigma, shape.S);
    });
  }
  return statistics;
}

ActivationStatistics activation_statistics(const pruning::ConvolutionShape& shape,
                                           const std::vector<std::span<const std::int16_t>>& images) {
  ActivationStatistics statistics;
  for (const auto& image : images) statistics.density += share_of_set(image) / static_cast<double>(images.size());
  if (statistics.density == 0 || statistics.density == 1) return statistics;
  const double threshold = -normal_quantile(statistics.density);
  const std::vector<double> measured = correlations(shape, images, threshold);
  if (!measured.empty()) fit(measured, statistics);
  return statistics;
}

}  // namespace workloads
