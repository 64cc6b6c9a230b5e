#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

#include "pruning/weights_index.hpp"

namespace pruning {
namespace {

/// The own name of the layer whose group is `group`, where the file tells it.
std::string own_name(const Hdf5File& file, const std::string& group) {
  for (const std::string& object : {group, group + "/vars"}) {
    if (!file.has_group(object)) continue;
    const auto name = file.string_attribute(object, "name");
    if (name && !name->empty() && !name->front().empty()) return name->front();
  }
  return leaf_of(group);
}

/// `layers/functional/layers/conv2d_3` to `functional/conv2d_3`, or with the layers' own names.
std::string name_of_layer(const Hdf5File& file, const std::string& group, bool own_names) {
  std::string name;
  for (std::string at = group; !at.empty(); at = parent_of(at)) {
    if (leaf_of(at) == "layers") continue;
    name = (own_names ? own_name(file, at) : leaf_of(at)) + (name.empty() ? "" : '/' + name);
  }
  return name;
}

/// Whether `group` is called after a class: `depthwise_conv2d` or `depthwise_conv2d_7`.
bool is_of_class(const std::string& group, std::string_view snake_case_name) {
  const std::string leaf = leaf_of(group);
  if (!leaf.starts_with(snake_case_name)) return false;
  const std::string rest = leaf.substr(snake_case_name.size());
  return rest.empty() || (rest.size() > 1 && rest.front() == '_' &&
                          std::all_of(rest.begin() + 1, rest.end(), [](unsigned char c) { return std::isdigit(c); }));
}

class Keras3Indexer {
 public:
  explicit Keras3Indexer(const Hdf5File& file) : file_(file) {}

  WeightsIndex run() {
    std::vector<std::string> groups;
    for (const Hdf5File::DataSet& set : file_.data_sets()) {
      const std::string vars = parent_of(set.path);
      if (leaf_of(vars) != "vars" || set.path.starts_with("optimizer/")) continue;
      if (groups.empty() || groups.back() != parent_of(vars)) groups.push_back(parent_of(vars));
    }

    // Own names are the user's; where two layers share one, the paths tell them apart.
    std::set<std::string> names;
    bool unique = true;
    for (const std::string& group : groups) unique &= names.insert(name_of_layer(file_, group, true)).second;
    for (const std::string& group : groups) add(group, name_of_layer(file_, group, unique));
    return std::move(index_);
  }

 private:
  void add(const std::string& group, const std::string& name) {
    std::vector<const Hdf5File::DataSet*> vars;
    while (const Hdf5File::DataSet* set = file_.find(group + "/vars/" + std::to_string(vars.size())))
      vars.push_back(set);
    if (vars.empty()) return;
    const auto has_rank = [&](std::size_t i, std::size_t rank) {
      return i < vars.size() && vars[i]->shape.size() == rank;
    };

    if (has_rank(0, 4) && has_rank(1, 4)) {  // a separable convolution is two
      add_layer(name + "/depthwise_kernel", *vars[0], nullptr, KernelOrder::rscm);
      add_layer(name + "/pointwise_kernel", *vars[1], vars.size() > 2 ? vars[2] : nullptr, KernelOrder::rsck);
    } else if (vars[0]->shape.size() >= 2) {
      const Hdf5File::DataSet* bias = has_rank(1, 1) ? vars[1] : nullptr;
      add_layer(name, *vars[0], bias, is_depthwise(group, *vars[0], bias) ? KernelOrder::rscm : KernelOrder::rsck);
    } else if (has_rank(0, 1)) {
      add_norm(group, name, vars);
    }
  }

  /// By class, or, where the group is called otherwise, by a bias that fits nothing else.
  static bool is_depthwise(const std::string& group, const Hdf5File::DataSet& kernel, const Hdf5File::DataSet* bias) {
    if (kernel.shape.size() != 4) return false;
    if (is_of_class(group, "depthwise_conv2d")) return true;
    return bias != nullptr && bias->shape.front() != kernel.shape[3] &&
           bias->shape.front() == kernel.shape[2] * kernel.shape[3];
  }

  void add_layer(const std::string& name, const Hdf5File::DataSet& weights, const Hdf5File::DataSet* bias,
                 KernelOrder order) {
    StoredLayer layer;
    layer.name = name;
    layer.weights = weights.path;
    layer.bias = bias == nullptr ? std::string{} : bias->path;
    // Beside `vars`: Keras counts the variables in there.
    layer.mask = parent_of(parent_of(weights.path)) + "/masks/" + leaf_of(weights.path);
    layer.flattened_hwc = true;
    if (set_shape(layer, weights.shape, order, true, index_)) index_.layers.push_back(std::move(layer));
  }

  /// Variables of a batch normalisation stand in the order gamma, beta, mean, variance; gamma and beta may be absent.
  void add_norm(const std::string& group, const std::string& name, const std::vector<const Hdf5File::DataSet*>& vars) {
    const bool called_so = is_of_class(group, "batch_normalization");
    if (vars.size() == 4) {
      index_.norms.push_back({name, vars[0]->path, vars[1]->path, vars[2]->path, vars[3]->path, {}});
    } else if (called_so && vars.size() == 2) {
      index_.norms.push_back({name, {}, {}, vars[0]->path, vars[1]->path, {}});
    } else if (called_so) {
      index_.unsupported[name] = group + "/vars has " + std::to_string(vars.size()) +
                                 " variables; of four or two it is known which they are, of three it is not whether "
                                 "gamma or beta is absent";
    }
  }

  const Hdf5File& file_;
  WeightsIndex index_;
};

}  // namespace

WeightsIndex index_keras3(const Hdf5File& file) {
  return Keras3Indexer(file).run();
}

}  // namespace pruning
