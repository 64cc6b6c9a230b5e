#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pruning/convolution_shape.hpp"
#include "pruning/input_error.hpp"
#include "workloads/config_node.hpp"

namespace workloads {

enum class LayerType { conv, linear, max_pool, average_pool, global_average_pool, relu, concat, add, batch_norm, lrn };

std::string_view name_of(LayerType type);

/// Size of one image's activations.
struct PlaneShape {
  int channels = 0;
  int height = 0;
  int width = 0;
  bool operator==(const PlaneShape&) const = default;
};

struct Pooling {
  pruning::RowsColumns kernel{1, 1};
  pruning::RowsColumns stride{1, 1};
  pruning::RowsColumns padding{0, 0};
  bool ceil_mode = false;     ///< round the output size up
  bool count_padding = true;  ///< average pooling: divide by the kernel's size also at the border
};

/// Local response normalisation across channels (Krizhevsky et al.), with Caffe's parameters.
struct Lrn {
  int size = 5;
  double alpha = 1e-4;
  double beta = 0.75;
  double k = 1.0;
};

enum class Bias { if_present, required, absent };

/// One layer of a network. Layers are in evaluation order.
struct Layer {
  static constexpr int network_input = -1;  ///< reads the image
  static constexpr int stands_alone = -2;   ///< has an input of its own, given by `input:`

  std::string name;
  LayerType type = LayerType::conv;
  std::vector<int> inputs;  ///< layers read, or one of the constants above
  PlaneShape input;         ///< of the first input; of a linear layer, before flattening
  PlaneShape output;
  pruning::ConvolutionShape convolution;  ///< conv and linear
  Bias bias = Bias::if_present;           ///< conv and linear
  bool relu = false;                      ///< conv, linear, add and batch_norm: rectify the output
  Pooling pooling;                        ///< max_pool and average_pool
  Lrn lrn;
  double epsilon = 1e-5;       ///< batch_norm
  pruning::Location location;  ///< where the network file states it

  /// Layers that run on the accelerator: conv and linear.
  [[nodiscard]] bool on_accelerator() const { return type == LayerType::conv || type == LayerType::linear; }
};

struct Network {
  std::string name;
  PlaneShape input;  ///< zero if every layer that reads it states its own
  std::vector<Layer> layers;

  /// @return position in `layers`, or -1
  [[nodiscard]] int find(std::string_view layer) const;
  /// Layers that read layer `index`.
  [[nodiscard]] std::vector<int> readers(int index) const;
};

/// Reads the mapping of a network file, infers every shape and checks it.
/// @throws pruning::InputError; a mismatch between layers names both
Network read_network(const ConfigNode& node);

/// The layer of that name. @throws pruning::InputError with the nearest name
const Layer& layer_named(const Network& network, const std::string& name, const pruning::Location& where);

}  // namespace workloads
