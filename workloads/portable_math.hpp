#pragma once

namespace workloads {

// The mathematical library may round differently on another host; sums, products, quotients and square roots do not.
// These functions are made of them, so their results are the same bits everywhere.

/// @param x above 0
double natural_logarithm(double x);
double exponential(double x);

/// Probability that a normal value (mean 0, standard deviation 1) lies below x, to about 1e-15.
double normal_probability(double x);
/// The x below which a normal value lies with that probability, from -8 to 8.
double normal_quantile(double probability);

/// Correlation of two jointly normal values of which each exceeds `threshold` with the probability that this implies,
/// and both together with probability `both` (the tetrachoric correlation), to about 0.002. Between -1 and 1.
double normal_correlation(double threshold, double both);

}  // namespace workloads
