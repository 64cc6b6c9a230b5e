#include "sim/sweep/sweep_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <set>

#include "pruning/input_error.hpp"
#include "sim/resolved_config.hpp"
#include "sim/sha256.hpp"
#include "sim/shared_tensors.hpp"
#include "version.hpp"

namespace sim {

namespace {

/// Hashes files once.
class FileHashes {
 public:
  const std::string& of(const std::filesystem::path& file) {
    std::string& hash = hashes_[file];
    if (hash.empty()) hash = sha256_of_file(file);
    return hash;
  }

 private:
  std::map<std::filesystem::path, std::string> hashes_;
};

}  // namespace

SweepPlan::SweepPlan(SweepFile sweep) : sweep_(std::move(sweep)) {
  FileHashes hashes;
  std::map<std::string, std::size_t> tensors;
  std::optional<pruning::InputError> first_error;
  bool any = false;
  std::string text = fmt::format("{} {}\n", version, commit);
  for (const Axis* axis : sweep_.axes()) text += axis->key + '\n';
  for (Choices& choices : points_of(sweep_)) {
    points_.push_back({std::move(choices), {}, 0});
    PlannedPoint& point = points_.back();
    text += fmt::format("{}\n", fmt::join(values(points_.size() - 1), "\n"));
    try {
      const RunFile run = run_of(points_.size() - 1);
      if (run.by_layer_type) {
        throw pruning::InputError({"", 0, 0, "machine"},
                                  "a point of a sweep runs on one machine, not on one for each type of layer");
      }
      if (run.machines.size() > 1) {
        throw pruning::InputError({"", 0, 0, "machines"},
                                  "a point of a sweep runs on one machine; make `machine` an axis to compare several");
      }
      text += resolved_config(run);
      for (const InputFile& input : input_files(run)) {
        const std::string& hash = hashes.of(input.path);
        inputs_[input.path.filename().string()] = hash;
        text += hash + '\n';
      }
      point.tensors = tensors.try_emplace(tensors_of(run), tensors.size()).first->second;
      any = true;
    } catch (const pruning::InputError& error) {
      point.reason = problem_of(error);
      if (!first_error) first_error = error;
    }
  }
  // Then the mistake is one of the file, not of some points.
  if (!any) throw pruning::InputError(*first_error);
  identity_ = sha256_of(text);
}

std::vector<std::string> SweepPlan::values(std::size_t point) const {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < sweep_.dimensions.size(); ++i) {
    for (const Axis& axis : sweep_.dimensions[i].axes) {
      values.push_back(shown_value(axis.values[points_[point].choices[i]]));
    }
  }
  return values;
}

std::string SweepPlan::description(std::size_t point) const {
  const std::vector<const Axis*> axes = sweep_.axes();
  const std::vector<std::string> values = this->values(point);
  std::string text;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ", ", axes[i]->key, values[i]);
  }
  return text;
}

RunFile SweepPlan::run_of(std::size_t point) const {
  RunOptions options;
  for (std::size_t i = 0; i < sweep_.dimensions.size(); ++i) {
    for (const Axis& axis : sweep_.dimensions[i].axes) {
      options.overlays.push_back({axis.key, axis.values[points_[point].choices[i]]});
    }
  }
  return read_run(sweep_.base.copy(), options);
}

std::string problem_of(const pruning::InputError& error) {
  std::string text = error.what();
  const std::string& file = error.location().file;
  if (file.empty() || !text.starts_with(file)) return text;
  return text.substr(std::min(text.size(), text.find(": ", file.size()) + 2));
}

}  // namespace sim
