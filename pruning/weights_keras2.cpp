#include <algorithm>
#include <regex>
#include <utility>

#include "pruning/weights_index.hpp"

namespace pruning {
namespace {

/// What a weight's name says: `conv1/kernel:0` is the kernel of `conv1`, and so is, in old files, `conv1_W_1:0`.
struct WeightName {
  std::string owner;
  std::string role;
};

WeightName parse(const std::string& name) {
  static const std::regex pattern(
      "(?:(.*?)[/_])?(kernel|depthwise_kernel|pointwise_kernel|bias|gamma|beta|moving_mean|moving_variance|"
      "W|b|running_mean|running_std)(?:_[0-9]+)?(?::[0-9]+)?");
  std::smatch match;
  if (!std::regex_match(name, match, pattern)) return {parent_of(name), {}};
  std::string role = match[2];
  if (role == "W") role = "kernel";
  if (role == "b") role = "bias";
  if (role == "running_mean") role = "moving_mean";
  if (role == "running_std") role = "moving_variance";  // Keras 1 calls its variance so
  return {match[1], role};
}

/// A string attribute that may be split, for its size, into NAME0, NAME1, ...
std::optional<std::vector<std::string>> split_attribute(const Hdf5File& file, const std::string& object,
                                                        const std::string& name) {
  if (auto whole = file.string_attribute(object, name)) return whole;
  std::optional<std::vector<std::string>> joined;
  for (int part = 0;; ++part) {
    const auto strings = file.string_attribute(object, name + std::to_string(part));
    if (!strings) return joined;
    if (!joined) joined.emplace();
    joined->insert(joined->end(), strings->begin(), strings->end());
  }
}

/// `conv1/kernel:0` to `conv1/kernel_mask:0`: loaders read what `weight_names` lists, and it is not listed there.
std::string mask_path(const std::string& weights) {
  const std::size_t colon = weights.rfind(':');
  const std::size_t end = colon == std::string::npos ? weights.size() : colon;
  return weights.substr(0, end) + "_mask" + weights.substr(end);
}

/// The parameters of one layer: data sets by role.
struct Parameters {
  std::string name;
  std::vector<std::pair<std::string, std::string>> roles;

  [[nodiscard]] std::string path(std::string_view role) const {
    const auto found =
        std::find_if(roles.begin(), roles.end(), [role](const auto& entry) { return entry.first == role; });
    return found == roles.end() ? std::string{} : found->second;
  }
};

/// Theano's convolutions flip the kernel. Its files are K, C, R, S, or R, S, C, K from later versions of Keras;
/// where the bias fits only the latter, it is that.
KernelOrder theano_order(const Hdf5File& file, const Shape& kernel, const std::string& bias) {
  if (kernel.size() != 4 || bias.empty()) return KernelOrder::kcrs_flipped;
  const std::int64_t outputs = element_count(file.at(bias).shape);
  return outputs == kernel[3] && outputs != kernel[0] ? KernelOrder::rsck_flipped : KernelOrder::kcrs_flipped;
}

class Keras2Indexer {
 public:
  explicit Keras2Indexer(const Hdf5File& file)
      : file_(file), root_(file.has_group("model_weights") ? "model_weights" : "") {
    auto backend = file.string_attribute(root_, "backend");
    if (!backend) backend = file.string_attribute("", "backend");
    theano_ = backend && !backend->empty() && backend->front() == "theano";
  }

  WeightsIndex run() {
    const auto layers = split_attribute(file_, root_, "layer_names");
    if (!layers) file_.fail(root_, "has no attribute layer_names; Keras 2 weights need it");
    for (const std::string& layer : *layers) {
      for (const Parameters& parameters : parameters_of(layer)) add(parameters);
    }
    return std::move(index_);
  }

 private:
  /// One entry, or several for a nested model, whose layers stand in one group.
  std::vector<Parameters> parameters_of(const std::string& layer) const {
    const std::string group = root_.empty() ? layer : root_ + '/' + layer;
    if (!file_.has_group(group)) file_.fail(group, "no such group, but layer_names lists it");
    const auto weights = split_attribute(file_, group, "weight_names");
    if (!weights) file_.fail(group, "has no attribute weight_names; Keras 2 weights need it");
    std::vector<Parameters> all;
    for (const std::string& weight : *weights) {
      const WeightName name = parse(weight);
      const std::string& path = file_.at(group + '/' + weight).path;
      auto owner = std::find_if(all.begin(), all.end(), [&](const Parameters& p) { return p.name == name.owner; });
      if (owner == all.end()) owner = all.insert(all.end(), Parameters{name.owner, {}});
      owner->roles.emplace_back(name.role, path);
    }
    if (all.size() == 1) all.front().name = layer;
    if (all.size() > 1) {
      for (Parameters& parameters : all) {
        const bool prefixed = parameters.name.starts_with(layer + '/');
        parameters.name = prefixed ? parameters.name : layer + '/' + parameters.name;
      }
    }
    return all;
  }

  void add(const Parameters& parameters) {
    const std::string kernel = parameters.path("kernel");
    const std::string depthwise = parameters.path("depthwise_kernel");
    const std::string pointwise = parameters.path("pointwise_kernel");
    const std::string bias = parameters.path("bias");
    if (!depthwise.empty() && !pointwise.empty()) {  // a separable convolution is two
      add_layer(parameters.name + "/depthwise_kernel", depthwise, {}, KernelOrder::rscm);
      add_layer(parameters.name + "/pointwise_kernel", pointwise, bias, KernelOrder::rsck);
    } else if (!depthwise.empty()) {
      add_layer(parameters.name, depthwise, bias, KernelOrder::rscm);
    } else if (!kernel.empty()) {
      add_layer(parameters.name, kernel, bias,
                theano_ ? theano_order(file_, file_.at(kernel).shape, bias) : KernelOrder::rsck);
    } else if (!parameters.path("moving_mean").empty()) {
      if (parameters.path("moving_variance").empty()) {
        index_.unsupported[parameters.name] = parameters.name + " has a moving_mean but no moving_variance";
        return;
      }
      index_.norms.push_back({.name = parameters.name,
                              .gamma = parameters.path("gamma"),
                              .beta = parameters.path("beta"),
                              .mean = parameters.path("moving_mean"),
                              .variance = parameters.path("moving_variance"),
                              .scale_factor = {}});
    }
  }

  void add_layer(const std::string& name, const std::string& weights, const std::string& bias, KernelOrder order) {
    StoredLayer layer;
    layer.name = name;
    layer.weights = weights;
    layer.bias = bias;
    layer.mask = mask_path(weights);
    // Files with K, C, R, S kernels are from models with channels first, and those flatten C, H, W.
    layer.flattened_hwc = !theano_;
    if (set_shape(layer, file_.at(weights).shape, order, true, index_)) index_.layers.push_back(std::move(layer));
  }

  const Hdf5File& file_;
  std::string root_;  ///< group of the weights: the file's root, or that in a full model
  bool theano_ = false;
  WeightsIndex index_;
};

}  // namespace

WeightsIndex index_keras2(const Hdf5File& file) {
  return Keras2Indexer(file).run();
}

}  // namespace pruning
