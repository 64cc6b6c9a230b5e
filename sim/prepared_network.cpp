#include "sim/prepared_network.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "models/scnn/mapping.hpp"
#include "pruning/fixed_point.hpp"
#include "sim/layer_weights.hpp"
#include "sim/placement.hpp"
#include "workloads/activations_file.hpp"
#include "workloads/fixed_point_convolution.hpp"
#include "workloads/forward.hpp"
#include "workloads/fuse.hpp"
#include "workloads/synthetic.hpp"

namespace sim {

namespace {

using pruning::Tensor;
using workloads::Layer;

Deviation deviation(const std::vector<float>& reference, const std::vector<float>& ours) {
  Deviation result;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    const double difference = static_cast<double>(ours[i]) - static_cast<double>(reference[i]);
    result.signal += static_cast<double>(reference[i]) * static_cast<double>(reference[i]);
    result.noise += difference * difference;
    result.largest_difference = std::max(result.largest_difference, std::abs(difference));
  }
  return result;
}

/// Up to five classes, the largest value first, of equals the lower class first.
std::vector<int> best_classes(const std::vector<float>& scores) {
  std::vector<int> classes(scores.size());
  std::iota(classes.begin(), classes.end(), 0);
  const auto count = std::min<std::ptrdiff_t>(5, std::ssize(classes));
  std::partial_sort(classes.begin(), classes.begin() + count, classes.end(), [&](int a, int b) {
    const float x = scores[static_cast<std::size_t>(a)];
    const float y = scores[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  });
  classes.resize(static_cast<std::size_t>(count));
  return classes;
}

/// Carries the images of a run through its network, layer by layer.
class Preparation {
 public:
  explicit Preparation(const RunFile& run)
      : run_(run),
        fused_(workloads::fuse(run.network)),
        network_(fused_.network),
        weights_(run, network_, fused_.folded) {
    if (const auto* source = std::get_if<ActivationsFile>(&run.activations)) open(*source);
    images_.resize(file_ ? std::get<ActivationsFile>(run.activations).images.size() : 1);
    for (auto& image : images_) image.outputs.resize(network_.layers.size());
    fits_.assign(images_.size(), std::vector<LayerFit>(network_.layers.size()));
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      if (network_.layers[i].on_accelerator()) check_input(network_.layers[i]);
    }
  }

  PreparedNetwork run(const PreparationProgress& progress) {
    result_.images = images_.size();
    result_.weights.resize(network_.layers.size());
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      if (progress) progress(i, network_.layers.size(), network_.layers[i].name);
      if (network_.layers[i].on_accelerator()) {
        prepare_accelerator_layer(i);
      } else {
        evaluate_other_layer(i);
      }
      release_inputs(i);
    }
    place();
    classify();
    result_.network = std::move(fused_.network);
    return std::move(result_);
  }

 private:
  /// Activations of one image that later layers still read, by layer.
  struct Image {
    std::vector<Tensor<float>> outputs;
  };

  void open(const ActivationsFile& source) {
    file_.emplace(source.path, network_);
    for (const std::int64_t image : source.images) {
      if (image < file_->images()) continue;
      throw pruning::InputError(source.images_location, "image " + std::to_string(image) + " is not in " +
                                                            source.path.string() + ", which holds images 0 to " +
                                                            std::to_string(file_->images() - 1));
    }
  }

  [[nodiscard]] static bool reads_from_outside(const Layer& layer) { return layer.inputs.front() < 0; }

  [[nodiscard]] bool input_is_recorded(const Layer& layer) const {
    if (!file_ || !file_->has_input(layer)) return false;
    return reads_from_outside(layer) || std::get<ActivationsFile>(run_.activations).inputs == LayerInputs::recorded;
  }

  /// Fails before any work if a layer's input is nowhere to be had.
  void check_input(const Layer& layer) const {
    if (!file_ || !reads_from_outside(layer) || file_->has_input(layer)) return;
    throw pruning::InputError({file_->path().string(), 0, 0, layer.name + "/input"},
                              "missing, but the layer reads " + std::string(layer.inputs.front() == Layer::stands_alone
                                                                                ? "nothing in the network"
                                                                                : "the network's image"));
  }

  [[nodiscard]] Tensor<float> input_of(const Layer& layer, std::size_t image) const {
    if (!file_) return workloads::synthetic_input(layer, std::get<workloads::SyntheticActivations>(run_.activations));
    if (input_is_recorded(layer)) return file_->input(layer, image_number(image));
    return images_[image].outputs[static_cast<std::size_t>(layer.inputs.front())];
  }

  [[nodiscard]] std::int64_t image_number(std::size_t image) const {
    return std::get<ActivationsFile>(run_.activations).images[image];
  }

  [[nodiscard]] bool is_simulated(const Layer& layer) const {
    return std::find(run_.layers.begin(), run_.layers.end(), layer.name) != run_.layers.end();
  }

  void prepare_accelerator_layer(std::size_t i) {
    const Layer& layer = network_.layers[i];
    const LayerWeights weights = weights_.read(layer);
    result_.weights[i] = weights.summary;
    computed_throughout_ = computed_throughout_ && file_ && (reads_from_outside(layer) || !input_is_recorded(layer));
    for (std::size_t image = 0; image < images_.size(); ++image) {
      PreparedLayer prepared = evaluate(layer, weights, image);
      prepared.layer = i;
      prepared.image = image;
      fits_[image][i] = fit(layer, prepared);
      if (run_.timing_only) prepared.sums = {};
      if (is_simulated(layer)) result_.layers.push_back(std::move(prepared));
    }
  }

  /// The layer on one image in the machine's arithmetic; its outputs become the input of the layers that read it.
  PreparedLayer evaluate(const Layer& layer, const LayerWeights& weights, std::size_t image) {
    const auto& shape = layer.convolution;
    const Tensor<float> input = input_of(layer, image);
    pruning::FixedPointTensor quantised = pruning::quantise(input);

    PreparedLayer prepared;
    scnn::LayerOperands& operands = prepared.operands;
    operands.shape = shape;
    operands.filters = weights.filters;
    operands.activations = std::move(quantised.tensor.values);
    operands.relu = layer.relu;
    operands.product_shift = workloads::product_shift(shape, weights.filters->weights, operands.activations,
                                                      static_cast<int>(run_.accelerator.accumulator_bits));
    const int exponent = weights.exponent + quantised.exponent + operands.product_shift;  // of a partial sum
    operands.bias = quantise_bias(layer, weights.bias, exponent);
    prepared.nonzero_activations =
        std::ssize(operands.activations) -
        std::count(operands.activations.begin(), operands.activations.end(), std::int16_t{0});

    prepared.sums = workloads::convolve(shape, weights.filters->weights, operands.activations, operands.product_shift);
    std::vector<std::int64_t> finished = with_bias(prepared.sums, operands.bias);
    if (!run_.timing_only) compare(prepared, layer, weights, input, finished, exponent, image);
    post_process(prepared, std::move(finished));

    pruning::FixedPointTensor output{{{layer.output.channels, layer.output.height, layer.output.width}, {}},
                                     exponent + operands.output_shift};
    output.tensor.values = prepared.outputs;
    images_[image].outputs[static_cast<std::size_t>(&layer - network_.layers.data())] = pruning::dequantise(output);
    return prepared;
  }

  [[nodiscard]] std::vector<std::int64_t> quantise_bias(const Layer& layer, const std::vector<float>& bias,
                                                        int exponent) const {
    std::vector<std::int64_t> result;
    for (const float b : bias) {
      const double scaled = std::round(std::ldexp(static_cast<double>(b), -exponent));
      if (std::abs(scaled) >= std::ldexp(1.0, 46)) {
        throw pruning::InputError(layer.location, "layer " + layer.name + ": a bias of " + std::to_string(b) +
                                                      " is out of all proportion to the layer's sums");
      }
      result.push_back(static_cast<std::int64_t>(scaled));
    }
    return result;
  }

  static std::vector<std::int64_t> with_bias(std::vector<std::int64_t> sums, const std::vector<std::int64_t>& bias) {
    if (bias.empty()) return sums;
    const std::size_t plane = sums.size() / bias.size();
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += bias[i / plane];
    return sums;
  }

  /// ReLU and rounding to 16 bits, with the finest scale that fits.
  static void post_process(PreparedLayer& prepared, std::vector<std::int64_t> finished) {
    if (prepared.operands.relu) {
      for (std::int64_t& value : finished) value = std::max<std::int64_t>(value, 0);
    }
    const auto [smallest, largest] = std::minmax_element(finished.begin(), finished.end());
    prepared.operands.output_shift = pruning::finest_shift_to_16_bits(*smallest, *largest);
    prepared.outputs.reserve(finished.size());
    for (const std::int64_t value : finished) {
      prepared.outputs.push_back(
          static_cast<std::int16_t>(pruning::shift_round_half_up(value, prepared.operands.output_shift)));
    }
  }

  void compare(PreparedLayer& prepared, const Layer& layer, const LayerWeights& weights, const Tensor<float>& input,
               const std::vector<std::int64_t>& finished, int exponent, std::size_t image) const {
    const double scale = std::ldexp(1.0, exponent);
    std::vector<float> ours(finished.size());
    std::transform(finished.begin(), finished.end(), ours.begin(),
                   [scale](std::int64_t v) { return static_cast<float>(static_cast<double>(v) * scale); });
    prepared.float32 =
        deviation(workloads::convolve(layer.convolution, input, weights.pruned, weights.bias).values, ours);
    // A recorded output is that of the layer itself, before any batch normalisation.
    if (file_ && file_->has_output(layer) && !fused_.folded.contains(layer.name)) {
      prepared.recorded = deviation(file_->output(layer, image_number(image)).values, ours);
    }
  }

  [[nodiscard]] LayerFit fit(const Layer& layer, const PreparedLayer& prepared) const {
    try {
      const scnn::Mapping mapping = scnn::map_layer(prepared.operands, run_.accelerator);
      const scnn::OaramUse use = scnn::oaram_use(layer.convolution, prepared.outputs, mapping, run_.accelerator);
      return {mapping.input_can_stay_on_chip(),
              mapping.passes.size() == 1 && use.fullest_pe <= run_.accelerator.oaram_elements};
    } catch (const scnn::LayerDoesNotFit& error) {
      throw pruning::InputError(layer.location, "layer " + layer.name + " does not fit the machine: " + error.what());
    }
  }

  void evaluate_other_layer(std::size_t i) {
    if (!file_) return;  // every accelerator layer has an input of its own
    const Layer& layer = network_.layers[i];
    std::optional<pruning::BatchNorm> norm;
    if (layer.type == workloads::LayerType::batch_norm) norm = weights_.batch_norm(layer);
    for (std::size_t image = 0; image < images_.size(); ++image) {
      std::vector<const Tensor<float>*> inputs;
      std::optional<Tensor<float>> recorded;
      if (reads_from_outside(layer))
        inputs.push_back(&recorded.emplace(file_->input(layer, image_number(image))));
      else
        for (const int source : layer.inputs)
          inputs.push_back(&images_[image].outputs[static_cast<std::size_t>(source)]);
      images_[image].outputs[i] = workloads::apply(layer, inputs, norm ? &*norm : nullptr);
    }
  }

  /// Frees activations that no later layer reads.
  void release_inputs(std::size_t i) {
    for (const int source : network_.layers[i].inputs) {
      if (source < 0) continue;
      const std::vector<int> readers = network_.readers(source);
      if (*std::max_element(readers.begin(), readers.end()) > static_cast<int>(i)) continue;
      for (auto& image : images_) image.outputs[static_cast<std::size_t>(source)] = {};
    }
  }

  void place() {
    std::vector<std::vector<Placement>> places;
    for (const auto& fits : fits_) places.push_back(place_activations(network_, fits));
    for (PreparedLayer& prepared : result_.layers) {
      prepared.place = places[prepared.image][prepared.layer];
    }
  }

  /// Only a chain from the image to the end says anything about what the network recognises.
  void classify() {
    const workloads::PlaneShape& last = network_.layers.back().output;
    if (!computed_throughout_ || last.height != 1 || last.width != 1) return;
    Classification classification;
    for (const auto& image : images_) classification.best.push_back(best_classes(image.outputs.back().values));
    const std::vector<std::int64_t> labels = file_->labels();
    if (!labels.empty()) {
      classification.labels.emplace();
      for (std::size_t i = 0; i < images_.size(); ++i) {
        classification.labels->push_back(static_cast<int>(labels[static_cast<std::size_t>(image_number(i))]));
      }
    }
    result_.classification = std::move(classification);
  }

  const RunFile& run_;
  workloads::FusedNetwork fused_;
  const workloads::Network& network_;
  WeightSource weights_;
  std::optional<workloads::ActivationsFile> file_;
  std::vector<Image> images_;
  std::vector<std::vector<LayerFit>> fits_;  ///< by image and layer
  bool computed_throughout_ = true;
  PreparedNetwork result_;
};

}  // namespace

PreparedNetwork prepare(const RunFile& run, const PreparationProgress& progress) {
  return Preparation(run).run(progress);
}

}  // namespace sim
