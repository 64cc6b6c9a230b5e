#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/text.hpp"

namespace sim::report_page {

/// Values of all points of a sweep that are done, in their order.
struct PointColumn {
  std::string name;
  std::string unit;
  std::string description;
  bool numeric = true;
  Scale scale;                                 ///< that texts show numbers in
  std::vector<std::string> texts;              ///< as tables show them
  std::vector<std::optional<double>> numbers;  ///< of a numeric column, in `unit`

  [[nodiscard]] std::string shown(double number) const;
  /// A title for tables. @param title_name what the column is called there
  [[nodiscard]] std::string title(const std::string& title_name) const;
};

/// `accelerator.pe.rows` is `pe.rows`: shorter, and as clear.
std::string short_name(const std::string& key);

/// Axes that vary together, as one.
struct SweepDimension {
  std::string name;                   ///< keys of the axes, without what all keys begin with
  std::vector<std::string> values;    ///< that points have, in order
  std::vector<std::size_t> value_of;  ///< of each point, as a position in `values`
};

struct SweepObjective {
  std::string name;
  PointColumn figure;

  [[nodiscard]] std::string title() const { return figure.title(name); }
};

struct InvalidPoint {
  std::string point;
  std::string reason;
  std::string settings;
};

/// What the database of a sweep holds.
struct SweepFigures {
  std::string name;
  std::string text;                                         ///< of the sweep file
  std::string program;                                      ///< version and commit
  std::vector<std::pair<std::string, std::string>> inputs;  ///< name and SHA-256
  std::string all_points;                                   ///< how many the whole sweep has
  std::vector<std::string> points;                          ///< numbers of those that are done
  std::vector<PointColumn> axes;
  std::vector<SweepDimension> dimensions;  ///< those with more than one value
  std::vector<SweepObjective> objectives;  ///< that points have figures for
  std::vector<std::string> objectives_without_figures;
  std::vector<PointColumn> figures;  ///< all totals
  std::vector<InvalidPoint> invalid;
  std::vector<bool> on_front;  ///< of each point: no other is as good in every objective and better in one
};

/// @throws pruning::InputError for a file that is not the database of a sweep
SweepFigures read_sweep(const std::filesystem::path& database);

/// Whether each point is on the Pareto front: it has all objectives, and no other is better in one and worse in none.
/// @param values one row for every objective, less is better
std::vector<bool> pareto_front(const std::vector<std::vector<std::optional<double>>>& values);

}  // namespace sim::report_page
