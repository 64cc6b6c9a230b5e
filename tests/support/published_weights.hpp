#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "pruning/tensor.hpp"

/// What the weight files of published networks hold, written down from the frameworks' own definitions.
namespace support {

/// Layers that have parameters go by the names that they have in the framework's files.
struct PublishedLayer {
  std::string name;
  pruning::Shape shape;  ///< filters (K, C/G, R, S), fully connected (K, C), batch normalisation (K)
  bool bias = true;      ///< of the first two

  [[nodiscard]] bool is_batch_norm() const { return shape.size() == 1; }
};

enum class PublishedLayout { caffe, pytorch };

struct PublishedNetwork {
  std::string name;  ///< of its file in workloads/
  PublishedLayout layout;
  std::vector<PublishedLayer> layers;  ///< in the file's order
};

/// AlexNet, VGG-16, GoogLeNet, ResNet-50 of both kinds, DenseNet-121.
std::vector<PublishedNetwork> published_networks();

/// The same network with all channels divided by a number, rounded up.
PublishedNetwork narrowed(PublishedNetwork network, std::int64_t divisor);

/// A parameter of a layer: its weights, its bias, or what batch normalisations have.
enum class Parameter { weights, bias, gamma, beta, mean, variance };
using ParameterValues = std::function<std::vector<double>(const PublishedLayer&, Parameter, const pruning::Shape&)>;

/// Writes the network's file in its framework's layout.
/// @param values of each parameter; none: the file has the names and shapes alone, and its values read as zeros
void write_published(const std::filesystem::path& path, const PublishedNetwork& network,
                     const ParameterValues& values = {});

}  // namespace support
