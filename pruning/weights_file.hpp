#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/grain.hpp"
#include "pruning/tensor.hpp"

namespace pruning {

/// How a framework lays out trained weights in HDF5; recognised by content.
enum class WeightsLayout { pytorch, keras2, keras3, caffe };
std::string_view name_of(WeightsLayout layout);

/// Scale and shift of a batch normalisation in inference, per channel:
/// `y = gamma (x - mean) / sqrt(variance + epsilon) + beta`.
struct BatchNorm {
  std::vector<float> gamma;  ///< ones where the file has none
  std::vector<float> beta;   ///< zeros where the file has none
  std::vector<float> mean;
  std::vector<float> variance;
};

/// What a file holds for one convolution or fully connected layer, in the order of PyTorch whatever the
/// file's: filters (K, C/G, R, S), fully connected weights (K, C).
struct LayerWeights {
  Tensor<float> weights;
  std::optional<Tensor<float>> bias;  ///< (K)
};

/// Trained weights of a network. Opening reads names and shapes; values are read on demand.
/// Every member throws `InputError` with file and data set for what is missing, truncated, of the
/// wrong type or rank, or not finite.
class WeightsFile {
 public:
  struct Entry {
    std::string name;  ///< the framework's layer name, for example `conv1_1` or `layer1.0.conv1`
    Shape shape;       ///< (K, C/G, R, S) or (K, C), after reordering
    bool has_bias = false;
    bool has_mask = false;  ///< written by `write_pruned`
  };

  explicit WeightsFile(std::filesystem::path path);
  ~WeightsFile();
  WeightsFile(WeightsFile&&) noexcept;
  WeightsFile& operator=(WeightsFile&&) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const;
  [[nodiscard]] WeightsLayout layout() const;
  /// Convolution and fully connected layers, in the file's order.
  [[nodiscard]] const std::vector<Entry>& layers() const;
  /// Batch normalisation layers.
  [[nodiscard]] const std::vector<std::string>& batch_norms() const;
  /// Layers and normalisations that cannot be used, with the reason: convolutions that are not two-dimensional,
  /// for example.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& unsupported() const;
  [[nodiscard]] const Entry* find(std::string_view layer) const;

  /// @param flattened channels, height and width of the feature map in front of a fully connected
  ///        layer: Keras flattens it H, W, C and the others C, H, W; the result is C, H, W. 1x1 planes need none.
  [[nodiscard]] LayerWeights read(std::string_view layer, std::optional<std::array<int, 3>> flattened = {}) const;
  [[nodiscard]] BatchNorm read_batch_norm(std::string_view layer) const;

 private:
  friend void write_pruned(const WeightsFile&, const std::filesystem::path&, const std::map<std::string, Mask>&);

  struct Contents;
  std::unique_ptr<Contents> contents_;
};

/// Folds a batch normalisation into the layer before it: same function, one layer less.
/// @throws std::invalid_argument if their channels differ in number
LayerWeights fold(const LayerWeights& layer, const BatchNorm& norm, double epsilon);

/// Writes a copy of the weights file `source` to `target` in the same layout in which the removed weights of
/// each masked layer are zero, with the mask beside it as a data set of 0 and 1 (unsigned 8-bit, in the
/// shape and order of the file's own weights; named so that the frameworks' loaders are not disturbed).
/// Everything else (other data sets, attributes, storage types) is copied as it is. `target` appears only when
/// complete.
/// @param masks by layer, over the weights in the order of `read` without `flattened`
void write_pruned(const WeightsFile& source, const std::filesystem::path& target,
                  const std::map<std::string, Mask>& masks);

}  // namespace pruning
