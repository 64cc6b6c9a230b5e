#include "pruning/weights_index.hpp"

#include <algorithm>
#include <cctype>

namespace pruning {
namespace {

bool is_keras2(const Hdf5File& file) {
  return file.has_group("model_weights") || file.string_attribute("", "layer_names") ||
         file.string_attribute("", "layer_names0");
}

bool is_keras3(const Hdf5File& file) {
  return std::any_of(file.data_sets().begin(), file.data_sets().end(), [](const Hdf5File::DataSet& set) {
    const std::string leaf = leaf_of(set.path);
    return leaf.size() == 1 && std::isdigit(static_cast<unsigned char>(leaf.front())) != 0 &&
           leaf_of(parent_of(set.path)) == "vars";
  });
}

bool is_caffe(const Hdf5File& file) {
  return std::any_of(file.data_sets().begin(), file.data_sets().end(), [](const Hdf5File::DataSet& set) {
    return set.path.starts_with("data/") && leaf_of(set.path) == "0" && parent_of(set.path) != "data";
  });
}

bool is_pytorch(const Hdf5File& file) {
  return std::any_of(file.data_sets().begin(), file.data_sets().end(), [](const Hdf5File::DataSet& set) {
    return set.path.ends_with(".weight") || set.path.ends_with(".weight_orig");
  });
}

}  // namespace

std::optional<WeightsLayout> recognise_layout(const Hdf5File& file) {
  std::vector<WeightsLayout> found;
  if (is_keras2(file)) found.push_back(WeightsLayout::keras2);
  if (is_keras3(file)) found.push_back(WeightsLayout::keras3);
  if (is_caffe(file)) found.push_back(WeightsLayout::caffe);
  if (is_pytorch(file)) found.push_back(WeightsLayout::pytorch);
  if (found.empty()) return std::nullopt;
  if (found.size() > 1) {
    std::string names;
    for (const WeightsLayout layout : found) names += (names.empty() ? "" : " and ") + std::string(name_of(layout));
    file.fail({}, "looks like weights of " + names + " at once; one layout is allowed (" +
                      std::string(known_layouts()) + ")");
  }
  return found.front();
}

std::string_view known_layouts() {
  return "Keras 2: root attribute layer_names or group model_weights; Keras 3: data sets .../vars/0; "
         "Caffe: data sets data/LAYER/0; PyTorch: data sets LAYER.weight";
}

std::string summary(const Hdf5File& file) {
  constexpr std::size_t most = 4;
  const auto& sets = file.data_sets();
  if (sets.empty()) return "found no data set";
  std::string text = "found " + std::to_string(sets.size()) + (sets.size() == 1 ? " data set: " : " data sets: ");
  for (std::size_t i = 0; i < std::min(most, sets.size()); ++i) text += (i > 0 ? ", " : "") + sets[i].path;
  return text + (sets.size() > most ? ", ..." : "");
}

bool set_shape(StoredLayer& layer, const Shape& stored, KernelOrder order, bool inputs_first, WeightsIndex& index) {
  const std::string given = layer.weights + " has the shape " + text_of(stored);
  if (std::any_of(stored.begin(), stored.end(), [](std::int64_t extent) { return extent < 1; })) {
    index.unsupported[layer.name] = given + "; it holds no weights";
    return false;
  }
  if (stored.size() == 2) {
    if (inputs_first) {
      layer.shape = {stored[1], stored[0]};
      layer.order = {0, {1, stored[1], 0, 0}};
    } else {
      layer.shape = stored;
      layer.order = {0, {stored[1], 1, 0, 0}};
    }
    return true;
  }
  if (stored.size() != 4) {
    index.unsupported[layer.name] = given + "; a convolution has four dimensions and a fully connected layer two";
    return false;
  }

  switch (order) {
    case KernelOrder::kcrs:
    case KernelOrder::kcrs_flipped:
      layer.shape = stored;
      layer.order = {0, {stored[1] * stored[2] * stored[3], stored[2] * stored[3], stored[3], 1}};
      break;
    case KernelOrder::rsck:
    case KernelOrder::rsck_flipped:
      layer.shape = {stored[3], stored[2], stored[0], stored[1]};
      layer.order = {0, {1, stored[3], stored[1] * stored[2] * stored[3], stored[2] * stored[3]}};
      break;
    case KernelOrder::rscm: {
      const std::int64_t outputs = stored[2] * stored[3];
      layer.shape = {outputs, 1, stored[0], stored[1]};
      layer.order = {0, {1, 0, stored[1] * outputs, outputs}};
      break;
    }
  }
  if (order == KernelOrder::kcrs_flipped || order == KernelOrder::rsck_flipped) {
    layer.order.first = (layer.shape[2] - 1) * layer.order.strides[2] + (layer.shape[3] - 1) * layer.order.strides[3];
    layer.order.strides[2] = -layer.order.strides[2];
    layer.order.strides[3] = -layer.order.strides[3];
  }
  return true;
}

std::string leaf_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash));
}

}  // namespace pruning
