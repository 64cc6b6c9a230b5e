#include "tests/support/published_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tests/support/framework_files.hpp"

namespace support {
namespace {

using Layers = std::vector<PublishedLayer>;

/// bvlc_alexnet
Layers alexnet() {
  return {{"conv1", {96, 3, 11, 11}},  {"conv2", {256, 48, 5, 5}},  {"conv3", {384, 256, 3, 3}},
          {"conv4", {384, 192, 3, 3}}, {"conv5", {256, 192, 3, 3}}, {"fc6", {4096, 256 * 6 * 6}},
          {"fc7", {4096, 4096}},       {"fc8", {1000, 4096}}};
}

/// VGG_ILSVRC_16_layers
Layers vgg16() {
  Layers layers;
  struct Block {
    int convolutions;
    std::int64_t channels;
  };
  std::int64_t C = 3;
  int number = 0;
  for (const Block block : {Block{2, 64}, Block{2, 128}, Block{3, 256}, Block{3, 512}, Block{3, 512}}) {
    ++number;
    for (int i = 1; i <= block.convolutions; ++i) {
      layers.push_back({fmt::format("conv{}_{}", number, i), {block.channels, C, 3, 3}});
      C = block.channels;
    }
  }
  layers.push_back({"fc6", {4096, 512 * 7 * 7}});
  layers.push_back({"fc7", {4096, 4096}});
  layers.push_back({"fc8", {1000, 4096}});
  return layers;
}

/// bvlc_googlenet; table 1 of the paper
Layers googlenet() {
  struct Module {
    const char* name;
    std::int64_t C, n1x1, n3x3_reduce, n3x3, n5x5_reduce, n5x5, pool_proj;
  };
  constexpr std::array<Module, 9> modules{{{"3a", 192, 64, 96, 128, 16, 32, 32},
                                           {"3b", 256, 128, 128, 192, 32, 96, 64},
                                           {"4a", 480, 192, 96, 208, 16, 48, 64},
                                           {"4b", 512, 160, 112, 224, 24, 64, 64},
                                           {"4c", 512, 128, 128, 256, 24, 64, 64},
                                           {"4d", 512, 112, 144, 288, 32, 64, 64},
                                           {"4e", 528, 256, 160, 320, 32, 128, 128},
                                           {"5a", 832, 256, 160, 320, 32, 128, 128},
                                           {"5b", 832, 384, 192, 384, 48, 128, 128}}};
  Layers layers{{"conv1/7x7_s2", {64, 3, 7, 7}}, {"conv2/3x3_reduce", {64, 64, 1, 1}}, {"conv2/3x3", {192, 64, 3, 3}}};
  for (const Module& m : modules) {
    const std::string prefix = fmt::format("inception_{}/", m.name);
    layers.push_back({prefix + "1x1", {m.n1x1, m.C, 1, 1}});
    layers.push_back({prefix + "3x3_reduce", {m.n3x3_reduce, m.C, 1, 1}});
    layers.push_back({prefix + "3x3", {m.n3x3, m.n3x3_reduce, 3, 3}});
    layers.push_back({prefix + "5x5_reduce", {m.n5x5_reduce, m.C, 1, 1}});
    layers.push_back({prefix + "5x5", {m.n5x5, m.n5x5_reduce, 5, 5}});
    layers.push_back({prefix + "pool_proj", {m.pool_proj, m.C, 1, 1}});
  }
  layers.push_back({"loss3/classifier", {1000, 1024}});
  return layers;
}

constexpr std::array resnet50_blocks{3, 4, 6, 3};

/// A convolution and the normalisation behind it.
void add_normalised(Layers& layers, const std::string& name, const std::string& norm, const pruning::Shape& shape) {
  layers.push_back({name, shape, false});
  layers.push_back({norm, {shape.front()}});
}

/// ResNet-50 of the paper's authors, whose first convolution alone has a bias
Layers resnet50() {
  Layers layers{{"conv1", {64, 3, 7, 7}, true}, {"bn_conv1", {64}}};
  std::int64_t C = 64;
  for (int stage = 2; stage <= 5; ++stage) {
    const std::int64_t inner = 64LL << (stage - 2);
    for (int block = 0; block < resnet50_blocks.at(static_cast<std::size_t>(stage - 2)); ++block) {
      const auto add = [&](const char* branch, const pruning::Shape& shape) {
        const std::string suffix = fmt::format("{}{}_branch{}", stage, static_cast<char>('a' + block), branch);
        add_normalised(layers, "res" + suffix, "bn" + suffix, shape);
      };
      if (block == 0) add("1", {4 * inner, C, 1, 1});
      add("2a", {inner, C, 1, 1});
      add("2b", {inner, inner, 3, 3});
      add("2c", {4 * inner, inner, 1, 1});
      C = 4 * inner;
    }
  }
  layers.push_back({"fc1000", {1000, 2048}});
  return layers;
}

/// torchvision.models.resnet50
Layers resnet50_v1_5() {
  Layers layers;
  add_normalised(layers, "conv1", "bn1", {64, 3, 7, 7});
  std::int64_t C = 64;
  for (int stage = 1; stage <= 4; ++stage) {
    const std::int64_t inner = 64LL << (stage - 1);
    for (int block = 0; block < resnet50_blocks.at(static_cast<std::size_t>(stage - 1)); ++block) {
      const std::string prefix = fmt::format("layer{}.{}.", stage, block);
      add_normalised(layers, prefix + "conv1", prefix + "bn1", {inner, C, 1, 1});
      add_normalised(layers, prefix + "conv2", prefix + "bn2", {inner, inner, 3, 3});
      add_normalised(layers, prefix + "conv3", prefix + "bn3", {4 * inner, inner, 1, 1});
      if (block == 0) add_normalised(layers, prefix + "downsample.0", prefix + "downsample.1", {4 * inner, C, 1, 1});
      C = 4 * inner;
    }
  }
  layers.push_back({"fc", {1000, 2048}});
  return layers;
}

/// torchvision.models.densenet121
Layers densenet121() {
  Layers layers;
  add_normalised(layers, "features.conv0", "features.norm0", {64, 3, 7, 7});
  std::int64_t C = 64;
  int block = 0;
  for (const int dense_layers : {6, 12, 24, 16}) {
    ++block;
    for (int layer = 1; layer <= dense_layers; ++layer) {
      const std::string prefix = fmt::format("features.denseblock{}.denselayer{}.", block, layer);
      layers.push_back({prefix + "norm1", {C}});
      add_normalised(layers, prefix + "conv1", prefix + "norm2", {128, C, 1, 1});
      layers.push_back({prefix + "conv2", {32, 128, 3, 3}, false});
      C += 32;
    }
    if (block == 4) break;
    const std::string prefix = fmt::format("features.transition{}.", block);
    layers.push_back({prefix + "norm", {C}});
    layers.push_back({prefix + "conv", {C / 2, C, 1, 1}, false});
    C /= 2;
  }
  layers.push_back({"features.norm5", {C}});
  layers.push_back({"classifier", {1000, C}});
  return layers;
}

/// Caffe's Scale layer that goes with a BatchNorm layer: `scale2a_branch1` with `bn2a_branch1`.
std::string scale_of(const std::string& norm) {
  return "scale" + norm.substr(2);
}

}  // namespace

std::vector<PublishedNetwork> published_networks() {
  using enum PublishedLayout;
  return {{"alexnet", caffe, alexnet()},
          {"vgg16", caffe, vgg16()},
          {"googlenet", caffe, googlenet()},
          {"resnet50", caffe, resnet50()},
          {"resnet50-v1.5", pytorch, resnet50_v1_5()},
          {"densenet121", pytorch, densenet121()}};
}

PublishedNetwork narrowed(PublishedNetwork network, std::int64_t divisor) {
  for (PublishedLayer& layer : network.layers) {
    for (std::size_t axis = 0; axis < std::min<std::size_t>(layer.shape.size(), 2); ++axis) {
      layer.shape[axis] = (layer.shape[axis] + divisor - 1) / divisor;
    }
  }
  return network;
}

void write_published(const std::filesystem::path& path, const PublishedNetwork& network,
                     const ParameterValues& values) {
  FrameworkFile file(path);
  const bool caffe = network.layout == PublishedLayout::caffe;
  for (const PublishedLayer& layer : network.layers) {
    const auto write = [&](const std::string& caffe_name, const char* pytorch_name, Parameter parameter,
                           const pruning::Shape& shape) {
      file.data_set(caffe ? "data/" + caffe_name : layer.name + '.' + pytorch_name, shape,
                    values ? values(layer, parameter, shape) : std::vector<double>{});
    };
    const pruning::Shape channels{layer.shape.front()};
    if (!layer.is_batch_norm()) {
      write(layer.name + "/0", "weight", Parameter::weights, layer.shape);
      if (layer.bias) write(layer.name + "/1", "bias", Parameter::bias, channels);
      continue;
    }
    write(scale_of(layer.name) + "/0", "weight", Parameter::gamma, channels);
    write(scale_of(layer.name) + "/1", "bias", Parameter::beta, channels);
    write(layer.name + "/0", "running_mean", Parameter::mean, channels);
    write(layer.name + "/1", "running_var", Parameter::variance, channels);
    if (caffe) {
      file.data_set("data/" + layer.name + "/2", {1}, {1});
    } else {
      file.data_set(layer.name + ".num_batches_tracked", {}, {1}, {.type = Storage::Type::int64});
    }
  }
}

}  // namespace support
