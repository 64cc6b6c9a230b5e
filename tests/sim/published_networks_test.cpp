// Do the published networks beside the reader find their weights in the files of the frameworks that they are named
// after, and does the whole graph compute what its layers do one by one?

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <regex>
#include <set>

#include "pruning/hdf5_writer.hpp"
#include "sim/layer_weights.hpp"
#include "sim/network_yaml.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"
#include "tests/support/published_weights.hpp"
#include "workloads/forward.hpp"
#include "workloads/fuse.hpp"

namespace sim::test {
namespace {

using pruning::Tensor;
using support::Parameter;
using support::PublishedLayer;
using support::PublishedNetwork;
using workloads::Layer;
using workloads::LayerType;

workloads::Network published_network(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(SCNN_SOURCE_DIR) / "workloads";
  return workloads::read_network(workloads::ConfigNode::load(folder / (name + ".yaml")));
}

class PublishedNetworks : public ::testing::TestWithParam<PublishedNetwork> {
 protected:
  WorkingDirectory directory;
};

// Names and shapes alone, but those of the real files, without a layer too few or too many.
TEST_P(PublishedNetworks, FindEveryLayerOfTheirFrameworksFile) {
  support::write_published("weights.h5", GetParam());
  RunFile run;
  run.network = published_network(GetParam().name);
  run.weights = "weights.h5";
  const workloads::FusedNetwork fused = workloads::fuse(run.network);
  EXPECT_NO_THROW(WeightSource(run, fused.network, fused.folded));

  std::set<std::string> needed;
  for (const Layer& layer : run.network.layers) {
    if (layer.on_accelerator() || layer.type == LayerType::batch_norm) needed.insert(layer.name);
  }
  const pruning::WeightsFile file("weights.h5");
  std::set<std::string> held(file.batch_norms().begin(), file.batch_norms().end());
  for (const auto& entry : file.layers()) held.insert(entry.name);
  EXPECT_EQ(held, needed);
  EXPECT_TRUE(file.unsupported().empty());
}

// ---- the same networks with fewer channels, so that they take no time

constexpr std::int64_t divisor = 16;

workloads::Network narrowed(const workloads::Network& network) {
  static const std::regex channels("(output_channels|output_features|\\{channels): ([0-9]+)");
  const std::string text = network_yaml(network);
  std::string narrow;
  std::size_t end = 0;
  for (std::sregex_iterator match(text.begin(), text.end(), channels), none; match != none; ++match) {
    narrow += text.substr(end, static_cast<std::size_t>(match->position()) - end);
    narrow += fmt::format("{}: {}", (*match)[1].str(), (std::stoll((*match)[2]) + divisor - 1) / divisor);
    end = static_cast<std::size_t>(match->position() + match->length());
  }
  narrow += text.substr(end);
  return workloads::read_network(workloads::ConfigNode::parse(narrow, "narrow.yaml"));
}

/// Parameters that keep activations at about the same size from layer to layer.
class Parameters {
 public:
  std::vector<double> operator()(const PublishedLayer& layer, Parameter parameter, const pruning::Shape& shape) {
    Tensor<float>& kept = values_[{layer.name, parameter}];
    kept = Tensor<float>(shape);
    const auto fan_in = static_cast<double>(pruning::element_count(shape) / shape.front());
    for (float& value : kept.values) {
      const double x = normal_(numbers_);
      switch (parameter) {
        case Parameter::weights:
          value = static_cast<float>(x * std::sqrt(2 / fan_in));
          break;
        case Parameter::gamma:
        case Parameter::variance:
          value = static_cast<float>(std::exp(0.2 * x));
          break;
        case Parameter::bias:
        case Parameter::beta:
        case Parameter::mean:
          value = static_cast<float>(0.2 * x);
          break;
      }
    }
    return {kept.values.begin(), kept.values.end()};
  }

  [[nodiscard]] const Tensor<float>& of(const std::string& layer, Parameter parameter) const {
    static const Tensor<float> none;
    const auto found = values_.find({layer, parameter});
    return found == values_.end() ? none : found->second;
  }

 private:
  std::mt19937_64 numbers_{1};
  std::normal_distribution<double> normal_;
  std::map<std::pair<std::string, Parameter>, Tensor<float>> values_;
};

/// Output of every layer before its ReLU, one layer after the other as the network file lists them.
std::vector<Tensor<float>> evaluate(const workloads::Network& network, const Parameters& parameters,
                                    const Tensor<float>& image) {
  std::vector<Tensor<float>> rectified;
  std::vector<Tensor<float>> outputs;
  for (const Layer& layer : network.layers) {
    std::vector<const Tensor<float>*> inputs;
    for (const int input : layer.inputs) {
      inputs.push_back(input < 0 ? &image : &rectified[static_cast<std::size_t>(input)]);
    }
    const auto values = [&](Parameter parameter) { return parameters.of(layer.name, parameter).values; };
    if (layer.on_accelerator()) {
      outputs.push_back(workloads::convolve(layer.convolution, *inputs.front(),
                                            parameters.of(layer.name, Parameter::weights), values(Parameter::bias)));
      rectified.push_back(outputs.back());
      if (layer.relu) workloads::rectify(rectified.back());
    } else {
      const pruning::BatchNorm norm{values(Parameter::gamma), values(Parameter::beta), values(Parameter::mean),
                                    values(Parameter::variance)};
      rectified.push_back(workloads::apply(layer, inputs, &norm));
      outputs.push_back(rectified.back());
    }
  }
  return outputs;
}

// Weights read by name, normalisations folded, activations of 16 bits, against float32 without any of this.
TEST_P(PublishedNetworks, ComputeAsAWholeWhatTheirLayersCompute) {
  const workloads::Network network = narrowed(published_network(GetParam().name));
  Parameters parameters;
  support::write_published("weights.h5", support::narrowed(GetParam(), divisor), std::ref(parameters));

  Tensor<float> image({1, network.input.channels, network.input.height, network.input.width});
  std::mt19937 numbers(2);
  for (float& value : image.values) value = static_cast<float>(numbers() % 256);
  const Layer& last = network.layers.back();
  pruning::Hdf5Writer images("images.h5");
  images.write(network.layers.front().name + "/input", image);
  image.shape.erase(image.shape.begin());
  Tensor<float> scores = evaluate(network, parameters, image).back();
  scores.shape.insert(scores.shape.begin(), 1);
  images.write(last.name + "/output", scores);
  images.save();

  RunOptions options;
  options.layers = {last.name};
  const Results results =
      simulated("network:\n" + network_yaml(network, 2) +
                    "weights: {file: weights.h5}\nactivations: {file: images.h5, inputs: computed}\n",
                options);
  EXPECT_TRUE(results.totals.front().check.bit_exact.value());
  EXPECT_GT(results.totals.front().check.recorded.value().snr_db().value(), 60);
  const auto best = std::max_element(scores.values.begin(), scores.values.end()) - scores.values.begin();
  EXPECT_EQ(results.classification.value().best.at(0).at(0), best);
}

INSTANTIATE_TEST_SUITE_P(Networks, PublishedNetworks, ::testing::ValuesIn(support::published_networks()),
                         [](const auto& test) {
                           std::string name = test.param.name;
                           std::erase_if(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; });
                           return name;
                         });

}  // namespace
}  // namespace sim::test
