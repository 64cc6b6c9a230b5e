#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/run_file.hpp"
#include "sim/sweep/design_space.hpp"
#include "sim/sweep/point_outcome.hpp"
#include "sim/sweep/sweep_file.hpp"

namespace sim {

/// One point of a sweep, read and checked.
struct PlannedPoint {
  Choices choices;
  std::optional<std::string> reason;  ///< why it is refused without being simulated
  std::size_t tensors = 0;            ///< points of one number share them; numbers count from 0 in order of appearance
};

/// All that a sweep is to do. Points are counted from 0 here and from 1 for users.
class SweepPlan {
 public:
  /// Reads the run file of every point.
  /// @throws pruning::InputError if not one of them is accepted
  explicit SweepPlan(SweepFile sweep);

  [[nodiscard]] const SweepFile& sweep() const { return sweep_; }
  [[nodiscard]] const std::vector<PlannedPoint>& points() const { return points_; }
  /// Values of the axes at a point, in the order of `SweepFile::axes()`.
  [[nodiscard]] std::vector<std::string> values(std::size_t point) const;
  /// `accelerator.pe.rows=4, pruning.density=0.3`
  [[nodiscard]] std::string description(std::size_t point) const;
  /// Reads it again: a plan of many points keeps little of each.
  [[nodiscard]] RunFile run_of(std::size_t point) const;

  /// A hash of all that the results depend on, the program's version and commit among them. Equal sweeps have equal
  /// identities wherever they run.
  [[nodiscard]] const std::string& identity() const { return identity_; }
  /// Tensor files of all points: bare name to SHA-256.
  [[nodiscard]] const std::map<std::string, std::string>& inputs() const { return inputs_; }

 private:
  SweepFile sweep_;
  std::vector<PlannedPoint> points_;
  std::string identity_;
  std::map<std::string, std::string> inputs_;
};

/// What is wrong, without the file and line where it stands, which differ between hosts.
std::string problem_of(const pruning::InputError& error);

}  // namespace sim
