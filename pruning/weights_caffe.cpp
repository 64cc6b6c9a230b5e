#include <algorithm>
#include <array>
#include <utility>

#include "pruning/weights_index.hpp"

namespace pruning {
namespace {

/// Caffe splits a batch normalisation into two layers, BatchNorm and Scale, whose names are all that ties them:
/// `bn2a`/`scale2a`, `conv1/bn`/`conv1/scale`, `BatchNorm1`/`Scale1`.
std::string scale_layer_of(const std::string& norm, const std::vector<std::string>& scales) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> words{
      {{"batch_norm", "scale"}, {"batchnorm", "scale"}, {"BatchNorm", "Scale"}, {"bn", "scale"}, {"BN", "Scale"}}};
  for (const auto& [word, replacement] : words) {
    for (std::size_t at = norm.find(word); at != std::string::npos; at = norm.find(word, at + 1)) {
      std::string candidate = norm;
      candidate.replace(at, word.size(), replacement);
      if (std::find(scales.begin(), scales.end(), candidate) != scales.end()) return candidate;
    }
  }
  return {};
}

}  // namespace

WeightsIndex index_caffe(const Hdf5File& file) {
  constexpr std::string_view root = "data/";
  const auto blob = [&](const std::string& layer, int number) {
    return file.find(std::string(root) + layer + '/' + std::to_string(number));
  };
  const auto path_of = [](const Hdf5File::DataSet* set) { return set == nullptr ? std::string{} : set->path; };
  const auto is_vector = [](const Hdf5File::DataSet* set) { return set != nullptr && set->shape.size() == 1; };

  WeightsIndex index;
  std::vector<std::string> scales;
  for (const Hdf5File::DataSet& set : file.data_sets()) {
    if (!set.path.starts_with(root) || leaf_of(set.path) != "0" || parent_of(set.path) == "data") continue;
    const std::string name = parent_of(set.path).substr(root.size());
    const Hdf5File::DataSet* second = blob(name, 1);
    const Hdf5File::DataSet* third = blob(name, 2);
    if (set.shape.size() >= 2) {
      StoredLayer layer;
      layer.name = name;
      layer.weights = set.path;
      layer.bias = path_of(second);
      // Outside of `data`: Caffe counts the blobs of a layer there.
      layer.mask = "mask/" + name + "/0";
      if (set_shape(layer, set.shape, KernelOrder::kcrs, false, index)) index.layers.push_back(std::move(layer));
    } else if (is_vector(&set) && is_vector(second) && is_vector(third) && third->shape.front() == 1) {
      index.norms.push_back({.name = name,
                             .gamma = {},
                             .beta = {},
                             .mean = set.path,
                             .variance = second->path,
                             .scale_factor = third->path});
    } else if (is_vector(&set)) {
      scales.push_back(name);
    }
  }
  for (StoredNorm& norm : index.norms) {
    const std::string scale = scale_layer_of(norm.name, scales);
    if (scale.empty()) continue;
    norm.gamma = path_of(blob(scale, 0));
    norm.beta = path_of(blob(scale, 1));
    std::erase(scales, scale);
  }
  for (const std::string& scale : scales) {
    index.unsupported[scale] = "it scales channels (or is a PReLU), and no BatchNorm layer of a matching name is there";
  }
  return index;
}

}  // namespace pruning
