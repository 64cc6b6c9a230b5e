#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/figure_column.hpp"
#include "sim/sweep/file_lock.hpp"
#include "sim/sweep/point_outcome.hpp"
#include "sim/sweep/sqlite.hpp"
#include "sim/sweep/sweep_plan.hpp"

namespace sim {

/// Names the tables below.
inline constexpr std::string_view sweep_schema = "scnn-sim/sweep/1";

/// The results of a sweep, in one SQLite file. A point is there with all its figures or not at all, whatever happens.
///
///     sweep(key, value)       schema; identity: of equal sweeps it is equal; name and text of the sweep file; version
///     and
///                             commit of the program; points: how many the whole sweep has; objectives, with commas
///     inputs(name, sha256)    tensor files
///     axes(position, key, dimension)          axes of one dimension vary together
///     figures(owner, name, position, unit, description)   columns of `totals` and `layers` (owner), in their order
///     points(point, status, reason, host_seconds)         from 1; status: done, or invalid for a reason
///     settings(point, "<key of an axis>"...)  the values of the axes
///     totals(point, <figures>)                of points that are done: all layers together
///     layers(point, position, <figures>)      layer by layer, from 0; the figure `layer` is its name
///     results                                 a view: points, settings and totals side by side
///
/// Figures are those of layers.csv; one that a point does not have, or that was not checked, is NULL.
/// Every member throws as those of `Sqlite` do.
class SweepDatabase {
 public:
  /// Opens the database of a sweep, to add to it, and keeps others from doing the same; makes it if there is none.
  /// @throws pruning::InputError if the file is of another sweep or no such database, or is being added to
  SweepDatabase(const std::filesystem::path& file, const SweepPlan& plan);
  /// Opens a database to read it.
  explicit SweepDatabase(const std::filesystem::path& file);
  SweepDatabase(const SweepDatabase&) = delete;
  SweepDatabase& operator=(const SweepDatabase&) = delete;

  /// Adds a point, counted from 0, which must not be there yet.
  void add(std::size_t point, const std::vector<std::string>& values, const PointOutcome& outcome);
  /// Makes a database of the points of several of the same sweep, each once. @param output does not exist yet
  static void merge(const std::vector<std::filesystem::path>& databases, const std::filesystem::path& output);

  /// Points that are there, counted from 0.
  [[nodiscard]] std::set<std::size_t> points();
  /// A value of the table `sweep`.
  [[nodiscard]] std::string about(const std::string& key);
  /// Key of an axis and the dimension that it belongs to.
  struct AxisKey {
    std::string key;
    std::int64_t dimension = 0;
  };
  [[nodiscard]] std::vector<AxisKey> axes();
  /// Tensor files and their hashes.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> inputs();
  /// Least value of an objective so far and its point, counted from 0; nothing if no point has it.
  struct Best {
    double value = 0;
    std::string unit;
    std::size_t point = 0;
  };
  [[nodiscard]] std::optional<Best> best(const Objective& objective);

  /// Points whose outputs are not those of a dense convolution.
  [[nodiscard]] std::int64_t wrong_points();

  // Tables that depend on which points are there and on nothing else, in the order of points.
  /// point, status, reason, the axes, and totals
  [[nodiscard]] std::vector<FigureColumn> point_table();
  /// point, then the figures of layers
  [[nodiscard]] std::vector<FigureColumn> layer_table();

 private:
  SweepDatabase(std::unique_ptr<FileLock> lock, const std::filesystem::path& file, Sqlite::Mode mode);
  static std::unique_ptr<FileLock> lock_for(const std::filesystem::path& file);
  void check_schema();
  void create(const SweepPlan& plan);
  void take_from(const std::filesystem::path& other);
  void check_identity(const std::string& identity, const std::string& what);
  void add_figures(const std::string& owner, const std::vector<FigureColumn>& columns);
  void make_view();
  [[nodiscard]] std::vector<std::string> names_of(const std::string& owner);
  [[nodiscard]] std::vector<FigureColumn> figures_of(const std::string& owner, const std::string& from);
  FigureColumn read_column(const std::string& name, const std::string& expression, const std::string& from);

  std::unique_ptr<FileLock> lock_;
  Sqlite sqlite_;
};

}  // namespace sim
