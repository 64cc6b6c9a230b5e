#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "pruning/interleaved_columns.hpp"
#include "pruning/weights_file.hpp"
#include "sim/results.hpp"
#include "sim/run_file.hpp"
#include "workloads/network.hpp"

namespace sim {

/// What is known of a layer's weights once they are pruned and quantised.
struct WeightSummary {
  std::int64_t weights = 0;
  std::int64_t nonzero = 0;  ///< after quantisation
  Storage storage;           ///< without placeholders
};

/// Weights of one accelerator layer, pruned, in float32 and as the machine holds them.
struct LayerWeights {
  pruning::Tensor<float> pruned;                 ///< (K, C/G, R, S); once a layer is evaluated, empty if timing only
  std::vector<float> bias;                       ///< (K), or empty
  std::shared_ptr<const scnn::Filters> filters;  ///< with shared values if the layer runs on EIE
  std::shared_ptr<const pruning::InterleavedColumns> columns;  ///< of a layer on EIE
  int exponent = 0;                                            ///< weight = filters->weights * 2^exponent
  WeightSummary summary;
};

/// (K, C/G, R, S) of a convolution, (K, C) of a fully connected layer: grains of its weights are taken in this shape.
pruning::Shape filter_shape(const workloads::Layer& layer);

/// Where the weights of a run come from: a trained network's file, or a generator.
class WeightSource {
 public:
  /// Opens the file and checks that every layer of the network finds its weights there, in its shape, and every batch
  /// normalisation its statistics.
  /// @param folded batch normalisations that become part of the layer before them, by that layer's name
  /// @throws pruning::InputError
  WeightSource(const RunFile& run, const workloads::Network& network, std::map<std::string, workloads::Layer> folded);

  [[nodiscard]] LayerWeights read(const workloads::Layer& layer) const;
  /// Statistics of a batch_norm layer that stays one. Synthetic weights come with those of a layer that changes nothing
  /// but for its epsilon.
  [[nodiscard]] pruning::BatchNorm batch_norm(const workloads::Layer& layer) const;

 private:
  [[nodiscard]] pruning::LayerWeights trained(const workloads::Layer& layer) const;
  void check(const workloads::Layer& layer) const;
  void check_norm(const workloads::Layer& layer) const;

  const RunFile& run_;
  std::optional<pruning::WeightsFile> file_;
  std::map<std::string, workloads::Layer> folded_;
};

}  // namespace sim
