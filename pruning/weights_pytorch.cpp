#include <set>

#include "pruning/weights_index.hpp"

namespace pruning {
namespace {

/// The group that holds the weights: the root, or the one of a checkpoint such as `state_dict`.
std::string weights_group(const Hdf5File& file) {
  std::set<std::string> groups;
  for (const Hdf5File::DataSet& set : file.data_sets()) {
    if (set.path.ends_with(".weight") || set.path.ends_with(".weight_orig")) groups.insert(parent_of(set.path));
  }
  if (groups.size() > 1) {
    std::string names;
    for (const std::string& group : groups) names += (names.empty() ? "/" : ", /") + group;
    file.fail({}, "holds PyTorch weights in several groups (" + names + "); one is allowed");
  }
  return *groups.begin();
}

}  // namespace

WeightsIndex index_pytorch(const Hdf5File& file) {
  const std::string group = weights_group(file);
  const std::string prefix = group.empty() ? "" : group + '/';
  const auto if_present = [&](const std::string& path) { return file.find(path) != nullptr ? path : std::string{}; };

  WeightsIndex index;
  for (const Hdf5File::DataSet& set : file.data_sets()) {
    if (parent_of(set.path) != group) continue;
    const std::size_t dot = set.path.rfind('.');
    if (dot == std::string::npos || dot < prefix.size()) continue;
    const std::string module = set.path.substr(0, dot);
    const std::string parameter = set.path.substr(dot + 1);
    const std::string name = module.substr(prefix.size());

    if (parameter == "running_mean") {
      if (file.find(module + ".running_var") == nullptr) {
        index.unsupported[name] = module + ".running_var is missing";
        continue;
      }
      index.norms.push_back({.name = name,
                             .gamma = if_present(module + ".weight"),
                             .beta = if_present(module + ".bias"),
                             .mean = set.path,
                             .variance = module + ".running_var",
                             .scale_factor = {}});
    } else if (parameter == "weight" || parameter == "weight_orig") {
      // One-dimensional weights scale: those of normalisations and PReLU.
      if (set.shape.size() < 2) continue;
      StoredLayer layer;
      layer.name = name;
      layer.weights = set.path;
      layer.bias = if_present(module + ".bias");
      layer.mask = module + ".weight_mask";
      // torch.nn.utils.prune keeps the unpruned weights under this name until the pruning is made permanent.
      layer.masked_on_use = parameter == "weight_orig";
      if (set_shape(layer, set.shape, KernelOrder::kcrs, false, index)) index.layers.push_back(std::move(layer));
    }
  }
  return index;
}

}  // namespace pruning
