#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pruning/hdf5_file.hpp"
#include "pruning/tensor.hpp"
#include "workloads/network.hpp"

namespace workloads {

/// Activations of some images in HDF5: `<layer>/input` and `<layer>/output` (with bias, before ReLU), (N, C, H, W) or,
/// for linear layers, (N, C), and `labels` (N). Layers may lack either.
/// Every member throws `pruning::InputError` with file and data set for a wrong shape, an image that is not
/// there, or a value that is no finite number.
class ActivationsFile {
 public:
  /// Checks the shape of every data set that belongs to a layer of the network.
  /// @throws also if none does, or if their numbers of images differ
  ActivationsFile(const std::filesystem::path& path, const Network& network);

  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  [[nodiscard]] std::int64_t images() const { return images_; }
  [[nodiscard]] bool has_input(const Layer& layer) const;
  [[nodiscard]] bool has_output(const Layer& layer) const;
  /// (C, H, W). @param image from 0
  [[nodiscard]] pruning::Tensor<float> input(const Layer& layer, std::int64_t image) const;
  /// (C, H, W), before ReLU. @param image from 0
  [[nodiscard]] pruning::Tensor<float> output(const Layer& layer, std::int64_t image) const;
  /// Class of every image; empty if the file has none.
  [[nodiscard]] std::vector<std::int64_t> labels() const;

 private:
  void check(const std::string& data_set, const PlaneShape& plane, bool flat_allowed);
  [[nodiscard]] pruning::Tensor<float> read(const std::string& data_set, const PlaneShape& plane,
                                            std::int64_t image) const;

  pruning::Hdf5File file_;
  std::int64_t images_ = 0;
  std::string first_;  ///< the data set that determined the number of images
};

}  // namespace workloads
