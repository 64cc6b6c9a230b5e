#include "workloads/activations_file.hpp"

#include <fmt/format.h>

namespace workloads {

namespace {

std::string input_of(const Layer& layer) {
  return layer.name + "/input";
}
std::string output_of(const Layer& layer) {
  return layer.name + "/output";
}

}  // namespace

ActivationsFile::ActivationsFile(const std::filesystem::path& path, const Network& network) : file_(path) {
  for (const Layer& layer : network.layers) {
    const bool linear = layer.type == LayerType::linear;
    if (has_input(layer)) check(input_of(layer), layer.input, linear);
    if (has_output(layer)) check(output_of(layer), layer.output, linear);
  }
  if (first_.empty()) {
    file_.fail("",
               fmt::format("holds no <layer>/input and no <layer>/output of any layer of network '{}'", network.name));
  }
  if (const auto* set = file_.find("labels"); set != nullptr && set->shape != pruning::Shape{images_}) {
    file_.fail("labels", fmt::format("must hold one class for each of the {} images, got shape {}", images_,
                                     pruning::text_of(set->shape)));
  }
}

void ActivationsFile::check(const std::string& data_set, const PlaneShape& plane, bool flat_allowed) {
  const pruning::Shape& shape = file_.at(data_set).shape;
  const std::int64_t values = std::int64_t{1} * plane.channels * plane.height * plane.width;
  const bool four =
      shape.size() == 4 && shape[1] == plane.channels && shape[2] == plane.height && shape[3] == plane.width;
  const bool flat = flat_allowed && shape.size() == 2 && shape[1] == values;
  if (!four && !flat) {
    const std::string also = flat_allowed ? fmt::format(" or N x {}", values) : "";
    file_.fail(data_set, fmt::format("the network needs shape N x {} x {} x {}{}, got {}", plane.channels, plane.height,
                                     plane.width, also, pruning::text_of(shape)));
  }
  if (shape[0] < 1) file_.fail(data_set, "must hold at least one image, got none");
  if (first_.empty()) {
    first_ = data_set;
    images_ = shape[0];
  } else if (shape[0] != images_) {
    file_.fail(data_set, fmt::format("holds {} images, but {} holds {}", shape[0], first_, images_));
  }
}

bool ActivationsFile::has_input(const Layer& layer) const {
  return file_.find(input_of(layer)) != nullptr;
}
bool ActivationsFile::has_output(const Layer& layer) const {
  return file_.find(output_of(layer)) != nullptr;
}

pruning::Tensor<float> ActivationsFile::input(const Layer& layer, std::int64_t image) const {
  return read(input_of(layer), layer.input, image);
}

pruning::Tensor<float> ActivationsFile::output(const Layer& layer, std::int64_t image) const {
  return read(output_of(layer), layer.output, image);
}

pruning::Tensor<float> ActivationsFile::read(const std::string& data_set, const PlaneShape& plane,
                                             std::int64_t image) const {
  if (image < 0 || image >= images_) {
    file_.fail(data_set, fmt::format("there is no image {}; the file holds images 0 to {}", image, images_ - 1));
  }
  const pruning::Tensor<float> all = file_.read_finite(data_set);
  pruning::Tensor<float> one({plane.channels, plane.height, plane.width});
  const auto start = all.values.begin() + image * one.size();
  one.values.assign(start, start + one.size());
  return one;
}

std::vector<std::int64_t> ActivationsFile::labels() const {
  if (file_.find("labels") == nullptr) return {};
  return file_.read_integers("labels").values;
}

}  // namespace workloads
