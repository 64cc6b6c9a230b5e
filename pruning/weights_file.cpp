#include "pruning/weights_file.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "pruning/hdf5_file.hpp"
#include "pruning/hdf5_writer.hpp"
#include "pruning/input_error.hpp"
#include "pruning/weights_index.hpp"

namespace pruning {

struct WeightsFile::Contents {
  Hdf5File file;
  WeightsLayout layout;
  WeightsIndex index;
  std::vector<Entry> entries;
  std::vector<std::string> norms;

  [[nodiscard]] const StoredLayer& layer(std::string_view name) const {
    return named(index.layers, name, "convolution or fully connected layer");
  }

  template <class Stored>
  const Stored& named(const std::vector<Stored>& all, std::string_view name, const std::string& kind) const {
    const auto found =
        std::find_if(all.begin(), all.end(), [name](const Stored& stored) { return stored.name == name; });
    if (found != all.end()) return *found;
    const auto known_bad = index.unsupported.find(name);
    if (known_bad != index.unsupported.end()) file.fail(name, "cannot be used: " + known_bad->second);
    constexpr std::size_t most = 8;
    std::string held;
    for (std::size_t i = 0; i < std::min(all.size(), most); ++i) held += (i > 0 ? ", " : "") + all[i].name;
    if (all.size() > most) held += ", ... (" + std::to_string(all.size()) + " in all)";
    file.fail(name, "no " + kind + " of this name; the file holds " + (held.empty() ? "none" : held));
  }
};

namespace {

WeightsIndex index_of(const Hdf5File& file, WeightsLayout layout) {
  switch (layout) {
    case WeightsLayout::pytorch:
      return index_pytorch(file);
    case WeightsLayout::keras2:
      return index_keras2(file);
    case WeightsLayout::keras3:
      return index_keras3(file);
    case WeightsLayout::caffe:
      return index_caffe(file);
  }
  throw std::invalid_argument("no such layout");
}

/// (k, c, r, s) extents of filters, 1 where a fully connected layer has none.
std::array<std::int64_t, 4> extents(const Shape& shape) {
  return {shape[0], shape[1], shape.size() > 2 ? shape[2] : 1, shape.size() > 3 ? shape[3] : 1};
}

/// Calls `visit(index, position)` for every weight in k, c, r, s order with its position in the data set.
/// @param input_of maps an input channel to the stored one
template <class InputOf, class Visit>
void for_each_weight(const StoredLayer& layer, InputOf input_of, Visit visit) {
  const auto [K, C, R, S] = extents(layer.shape);
  std::size_t index = 0;
  for (std::int64_t k = 0; k < K; ++k) {
    for (std::int64_t c = 0; c < C; ++c) {
      const std::int64_t stored_c = input_of(c);
      for (std::int64_t r = 0; r < R; ++r) {
        for (std::int64_t s = 0; s < S; ++s) {
          visit(index++, static_cast<std::size_t>(layer.order.position(k, stored_c, r, s)));
        }
      }
    }
  }
}

std::vector<float> read_vector(const Hdf5File& file, const std::string& path, std::size_t size) {
  std::vector<float> values = file.read_finite(path).values;
  if (values.size() != size) {
    file.fail(path, "has " + std::to_string(values.size()) + " values, but the layer has " + std::to_string(size) +
                        " output channels");
  }
  return values;
}

}  // namespace

std::string_view name_of(WeightsLayout layout) {
  switch (layout) {
    case WeightsLayout::pytorch:
      return "PyTorch";
    case WeightsLayout::keras2:
      return "Keras 2";
    case WeightsLayout::keras3:
      return "Keras 3";
    case WeightsLayout::caffe:
      return "Caffe";
  }
  throw std::invalid_argument("no such layout");
}

WeightsFile::~WeightsFile() = default;
WeightsFile::WeightsFile(WeightsFile&&) noexcept = default;
WeightsFile& WeightsFile::operator=(WeightsFile&&) noexcept = default;

WeightsFile::WeightsFile(std::filesystem::path path) {
  Hdf5File file(std::move(path));
  const auto layout = recognise_layout(file);
  if (!layout) {
    file.fail({}, "holds no weights of a known layout (" + std::string(known_layouts()) + "); " + summary(file));
  }
  WeightsIndex index = index_of(file, *layout);
  contents_ = std::make_unique<Contents>(Contents{std::move(file), *layout, std::move(index), {}, {}});
  for (const StoredLayer& layer : contents_->index.layers) {
    if (find(layer.name) != nullptr) contents_->file.fail(layer.name, "the file holds two layers of this name");
    const bool has_mask = contents_->file.find(layer.mask) != nullptr;
    contents_->entries.push_back({layer.name, layer.shape, !layer.bias.empty(), has_mask});
  }
  for (const StoredNorm& norm : contents_->index.norms) contents_->norms.push_back(norm.name);
}

const std::filesystem::path& WeightsFile::path() const {
  return contents_->file.path();
}
WeightsLayout WeightsFile::layout() const {
  return contents_->layout;
}
const std::vector<WeightsFile::Entry>& WeightsFile::layers() const {
  return contents_->entries;
}
const std::vector<std::string>& WeightsFile::batch_norms() const {
  return contents_->norms;
}

const std::map<std::string, std::string, std::less<>>& WeightsFile::unsupported() const {
  return contents_->index.unsupported;
}

const WeightsFile::Entry* WeightsFile::find(std::string_view layer) const {
  const auto& entries = contents_->entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [layer](const Entry& e) { return e.name == layer; });
  return found == entries.end() ? nullptr : &*found;
}

LayerWeights WeightsFile::read(std::string_view layer, std::optional<std::array<int, 3>> flattened) const {
  const Hdf5File& file = contents_->file;
  const StoredLayer& stored = contents_->layer(layer);
  Tensor<float> raw = file.read_finite(stored.weights);
  if (stored.masked_on_use) {
    const Tensor<float> mask = file.read_finite(stored.mask);
    if (mask.shape != raw.shape) {
      file.fail(stored.mask, "has the shape " + text_of(mask.shape) + "; " + text_of(raw.shape) + " is needed");
    }
    std::transform(raw.values.begin(), raw.values.end(), mask.values.begin(), raw.values.begin(), std::multiplies<>{});
  }

  std::int64_t channels = stored.shape[1];
  std::int64_t plane = 1;
  if (flattened && stored.shape.size() == 2) {
    const auto [c, h, w] = *flattened;
    if (std::int64_t{1} * c * h * w != stored.shape[1]) {
      file.fail(stored.weights, "has " + std::to_string(stored.shape[1]) +
                                    " inputs, but the feature map in front of it " + text_of({c, h, w}) + " values");
    }
    if (stored.flattened_hwc) {
      channels = c;
      plane = std::int64_t{1} * h * w;
    }
  }
  LayerWeights result{Tensor<float>(stored.shape), {}};
  for_each_weight(
      stored, [&](std::int64_t c) { return c % plane * channels + c / plane; },
      [&](std::size_t index, std::size_t position) { result.weights.values[index] = raw.values[position]; });
  if (!stored.bias.empty()) {
    const auto outputs = static_cast<std::size_t>(stored.shape[0]);
    result.bias = Tensor<float>({stored.shape[0]}, read_vector(file, stored.bias, outputs));
  }
  return result;
}

BatchNorm WeightsFile::read_batch_norm(std::string_view layer) const {
  const Hdf5File& file = contents_->file;
  const StoredNorm& stored = contents_->named(contents_->index.norms, layer, "batch normalisation");
  BatchNorm norm;
  norm.mean = file.read_finite(stored.mean).values;
  const std::size_t channels = norm.mean.size();
  norm.variance = read_vector(file, stored.variance, channels);
  norm.gamma = stored.gamma.empty() ? std::vector<float>(channels, 1.0F) : read_vector(file, stored.gamma, channels);
  norm.beta = stored.beta.empty() ? std::vector<float>(channels, 0.0F) : read_vector(file, stored.beta, channels);
  if (!stored.scale_factor.empty()) {
    const float factor = read_vector(file, stored.scale_factor, 1).front();
    const float scale = factor == 0.0F ? 0.0F : 1.0F / factor;  // as Caffe does
    for (float& value : norm.mean) value *= scale;
    for (float& value : norm.variance) value *= scale;
  }
  const auto negative = std::find_if(norm.variance.begin(), norm.variance.end(), [](float v) { return v < 0.0F; });
  if (negative != norm.variance.end()) {
    file.fail(stored.variance,
              "the variance of channel " + std::to_string(negative - norm.variance.begin()) + " is negative");
  }
  return norm;
}

LayerWeights fold(const LayerWeights& layer, const BatchNorm& norm, double epsilon) {
  const auto outputs = static_cast<std::size_t>(layer.weights.shape.at(0));
  if (norm.mean.size() != outputs) {
    throw std::invalid_argument("a batch normalisation of " + std::to_string(norm.mean.size()) +
                                " channels does not fit a layer of " + std::to_string(outputs));
  }
  LayerWeights folded{layer.weights, Tensor<float>({layer.weights.shape[0]})};
  const std::size_t per_output = layer.weights.values.size() / outputs;
  for (std::size_t k = 0; k < outputs; ++k) {
    const double scale =
        static_cast<double>(norm.gamma[k]) / std::sqrt(static_cast<double>(norm.variance[k]) + epsilon);
    for (std::size_t i = k * per_output; i < (k + 1) * per_output; ++i) {
      folded.weights.values[i] = static_cast<float>(scale * static_cast<double>(layer.weights.values[i]));
    }
    const double bias = layer.bias ? static_cast<double>(layer.bias->values[k]) : 0.0;
    folded.bias->values[k] =
        static_cast<float>(scale * (bias - static_cast<double>(norm.mean[k])) + static_cast<double>(norm.beta[k]));
  }
  return folded;
}

void write_pruned(const WeightsFile& source, const std::filesystem::path& target,
                  const std::map<std::string, Mask>& masks) {
  const WeightsFile::Contents& contents = *source.contents_;
  Hdf5Writer writer(target, source.path());
  for (const auto& [name, mask] : masks) {
    const StoredLayer& layer = contents.layer(name);
    const auto weights = static_cast<std::size_t>(element_count(layer.shape));
    if (mask.grains() * mask.grain_size != static_cast<std::int64_t>(weights)) {
      throw std::invalid_argument(name + ": the mask does not fit the layer");
    }
    std::vector<std::uint8_t> kept(weights);
    for_each_weight(
        layer, [](std::int64_t c) { return c; },
        [&kept, &chosen = mask](std::size_t index, std::size_t position) {
          kept[position] = chosen.keeps(static_cast<std::int64_t>(index)) ? 1 : 0;
        });
    writer.clear_elements(layer.weights, kept);
    writer.write<std::uint8_t>(layer.mask, contents.file.at(layer.weights).shape, kept);
  }
  writer.save();
}

}  // namespace pruning
