#include "pruning/train/checkpoint.hpp"

#include <bit>
#include <string_view>

#include "pruning/hdf5_file.hpp"
#include "pruning/hdf5_writer.hpp"
#include "pruning/input_error.hpp"

namespace train {

namespace {

using pruning::Hdf5File;
using pruning::Hdf5Writer;

void write(Hdf5Writer& writer, const std::string& group, const Parameters& parameters) {
  for (const auto& [name, tensor] : parameters) writer.write(group + '/' + name, tensor);
}

/// A mask is its granularity, the size of its grains, then which of them are kept.
void write(Hdf5Writer& writer, const std::string& group, const Masks& masks) {
  for (const auto& [layer, mask] : masks) {
    std::vector<std::int64_t> values{static_cast<std::int64_t>(mask.granularity), mask.grain_size};
    values.insert(values.end(), mask.kept_grains.begin(), mask.kept_grains.end());
    writer.write<std::int64_t>(group + '/' + layer, {static_cast<std::int64_t>(values.size())}, values);
  }
}

/// Calls `visit(name, path)` for the data sets of a group.
template <class Visit>
void for_each_in(const Hdf5File& file, const std::string& group, Visit visit) {
  for (const Hdf5File::DataSet& set : file.data_sets()) {
    if (set.path.starts_with(group + '/')) visit(set.path.substr(group.size() + 1), set.path);
  }
}

Parameters read_parameters(const Hdf5File& file, const std::string& group) {
  Parameters parameters;
  for_each_in(file, group,
              [&](const std::string& name, const std::string& path) { parameters[name] = file.read_finite(path); });
  return parameters;
}

Masks read_masks(const Hdf5File& file, const std::string& group) {
  Masks masks;
  for_each_in(file, group, [&](const std::string& layer, const std::string& path) {
    const std::vector<std::int64_t> values = file.read_integers(path).values;
    if (values.size() < 2 || values[0] < 0 || values[0] > 4 || values[1] < 1) file.fail(path, "is no mask");
    masks[layer] = {static_cast<pruning::Granularity>(values[0]), values[1], {values.begin() + 2, values.end()}};
  });
  return masks;
}

}  // namespace

void save_course(const std::filesystem::path& path, const std::string& plan, const Course& course) {
  Hdf5Writer writer(path);
  writer.write_attribute({}, "plan", plan);
  write(writer, "parameters", course.learner.parameters);
  write(writer, "first_moments", course.learner.first_moments);
  write(writer, "second_moments", course.learner.second_moments);
  write(writer, "masks", course.masks);
  write(writer, "good_parameters", course.good_parameters);
  write(writer, "good_masks", course.good_masks);
  const std::vector<std::int64_t> position{course.learner.steps, course.stage, course.epochs};
  writer.write<std::int64_t>("position", {3}, position);
  std::vector<std::int64_t> results;  // bit by bit, as HDF5 files are read as float32
  for (const StageResult& result : course.results) {
    for (const double value : {result.density, result.pruned_accuracy, result.accuracy, result.loss}) {
      results.push_back(std::bit_cast<std::int64_t>(value));
    }
  }
  writer.write<std::int64_t>("results", {static_cast<std::int64_t>(course.results.size()), 4}, results);
  writer.save();
}

std::optional<Course> load_course(const std::filesystem::path& path, const std::string& plan) {
  if (!std::filesystem::exists(path)) return std::nullopt;
  const Hdf5File file(path);
  const auto written = file.string_attribute({}, "plan");
  if (!written || written->size() != 1) file.fail({}, "is no checkpoint of a training; move it out of the way");
  if (written->front() != plan) {
    file.fail({}, "is the checkpoint of another training (" + written->front() + "), but this one is (" + plan +
                      "); give the same options, or remove it");
  }
  Course course;
  course.learner.parameters = read_parameters(file, "parameters");
  course.learner.first_moments = read_parameters(file, "first_moments");
  course.learner.second_moments = read_parameters(file, "second_moments");
  course.masks = read_masks(file, "masks");
  course.good_parameters = read_parameters(file, "good_parameters");
  course.good_masks = read_masks(file, "good_masks");
  const std::vector<std::int64_t> position = file.read_integers("position").values;
  const std::vector<std::int64_t> results = file.read_integers("results").values;
  if (position.size() != 3 || results.size() % 4 != 0) file.fail({}, "is a damaged checkpoint; remove it");
  course.learner.steps = position[0];
  course.stage = position[1];
  course.epochs = position[2];
  for (std::size_t i = 0; i < results.size(); i += 4) {
    const auto value = [&](std::size_t at) { return std::bit_cast<double>(results[i + at]); };
    course.results.push_back({value(0), value(1), value(2), value(3)});
  }
  return course;
}

}  // namespace train
