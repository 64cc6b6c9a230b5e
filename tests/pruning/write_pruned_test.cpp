#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "pruning/hdf5_file.hpp"
#include "pruning/weights_file.hpp"
#include "tests/support/framework_files.hpp"

namespace {

using pruning::Granularity;
using pruning::Hdf5File;
using pruning::Mask;
using pruning::WeightsFile;
using support::FrameworkFile;
using support::input_error;
using support::oihw;
using support::Storage;
using support::TemporaryDirectory;
using ::testing::ElementsAre;

/// Every grain number `first`, `first` + 3, ... removed.
Mask some(Granularity granularity, const pruning::Shape& shape, std::int64_t first = 1) {
  Mask mask{granularity, pruning::grain_size(granularity, shape), {}};
  const std::int64_t grains = pruning::element_count(shape) / mask.grain_size;
  for (std::int64_t g = 0; g < grains; ++g) mask.kept_grains.push_back(g % 3 == first ? 0 : 1);
  return mask;
}

void write_pytorch(const std::filesystem::path& path) {
  FrameworkFile file(path);
  file.data_set("conv.weight", {3, 2, 3, 2}, oihw(3, 2, 3, 2), {Storage::Type::float16, {3, 2, 3, 2}, true, true});
  file.data_set("conv.bias", {3}, {1, 2, 3});
  file.data_set("fc.weight", {4, 5}, oihw(4, 5, 1, 1), {Storage::Type::float64, {}, false, false});
  file.string("", "description", "small", support::Strings::variable);
  file.number("conv.weight", "scale", 0.1);
}

void write_keras2(const std::filesystem::path& path) {
  FrameworkFile file(path);
  file.strings("", "layer_names", {"conv", "fc"});
  file.string("", "backend", "tensorflow");
  file.keras2_layer("conv",
                    {{"conv/kernel:0", {3, 2, 2, 3}, support::hwio(3, 2, 3, 2)}, {"conv/bias:0", {3}, {1, 2, 3}}});
  file.keras2_layer("fc", {{"fc/kernel:0", {5, 4}, support::in_out(4, 5)}});
}

void write_keras3(const std::filesystem::path& path) {
  FrameworkFile file(path);
  file.data_set("layers/conv2d/vars/0", {3, 2, 2, 3}, support::hwio(3, 2, 3, 2));
  file.data_set("layers/conv2d/vars/1", {3}, {1, 2, 3});
  file.string("layers/conv2d", "name", "conv");
  file.data_set("layers/dense/vars/0", {5, 4}, support::in_out(4, 5));
  file.string("layers/dense/vars", "name", "fc");
}

void write_caffe(const std::filesystem::path& path) {
  FrameworkFile file(path);
  file.data_set("data/conv/0", {3, 2, 3, 2}, oihw(3, 2, 3, 2), {Storage::Type::float64, {}, false, false});
  file.data_set("data/conv/1", {3}, {1, 2, 3});
  file.data_set("data/fc/0", {4, 5}, oihw(4, 5, 1, 1));
}

struct Layout {
  void (*write)(const std::filesystem::path&);
  std::string conv;  ///< data sets of the two layers and their masks
  std::string conv_mask;
  std::string fc;
  std::string fc_mask;
};

std::vector<Layout> layouts() {
  return {
      {write_pytorch, "conv.weight", "conv.weight_mask", "fc.weight", "fc.weight_mask"},
      {write_keras2, "conv/conv/kernel:0", "conv/conv/kernel_mask:0", "fc/fc/kernel:0", "fc/fc/kernel_mask:0"},
      {write_keras3, "layers/conv2d/vars/0", "layers/conv2d/masks/0", "layers/dense/vars/0", "layers/dense/masks/0"},
      {write_caffe, "data/conv/0", "mask/conv/0", "data/fc/0", "mask/fc/0"}};
}

/// Does the mask stand beside the weights, in their order, 1 where they were kept? (No weight is 0 before.)
void expect_mask(const Hdf5File& file, const std::string& weights, const std::string& mask) {
  ASSERT_NE(file.find(mask), nullptr) << mask;
  EXPECT_EQ(file.at(mask).type, "uint8");
  EXPECT_EQ(file.at(mask).shape, file.at(weights).shape);
  const auto kept = file.read(mask).values;
  const auto values = file.read(weights).values;
  for (std::size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], values[i] != 0.0F ? 1.0F : 0.0F) << i;
}

// In every layout and granularity: are exactly the masked weights gone, and the masks where they belong?
TEST(WritePruned, RemovesTheMaskedWeightsInEveryLayout) {
  const TemporaryDirectory directory;
  for (const Layout& layout : layouts()) {
    for (const Granularity granularity :
         {Granularity::fine, Granularity::vector, Granularity::kernel, Granularity::filter}) {
      SCOPED_TRACE(layout.conv + ' ' + std::string(name_of(granularity)));
      layout.write(directory / "dense.h5");
      const WeightsFile source(directory / "dense.h5");
      const Mask conv = some(granularity, {3, 2, 3, 2});
      const Mask fc = some(granularity, {4, 5}, 2);
      write_pruned(source, directory / "pruned.h5", {{"conv", conv}, {"fc", fc}});

      const WeightsFile pruned(directory / "pruned.h5");
      ASSERT_EQ(pruned.layers().size(), 2U);
      EXPECT_EQ(pruned.layout(), source.layout());
      for (const auto& [name, mask] : {std::pair{"conv", conv}, std::pair{"fc", fc}}) {
        ASSERT_NE(pruned.find(name), nullptr);
        EXPECT_TRUE(pruned.find(name)->has_mask);
        EXPECT_FALSE(source.find(name)->has_mask);
        EXPECT_EQ(pruned.read(name).weights.values, apply(mask, source.read(name).weights).values);
      }
      EXPECT_THAT(pruned.read("conv").bias->values, ElementsAre(1, 2, 3));
      const Hdf5File file(directory / "pruned.h5");
      expect_mask(file, layout.conv, layout.conv_mask);
      expect_mask(file, layout.fc, layout.fc_mask);
    }
  }
}

// Is everything else as it was: layers without mask, types, chunks, filters, attributes?
TEST(WritePruned, LeavesTheRestAsItIs) {
  const TemporaryDirectory directory;
  for (const Layout& layout : layouts()) {
    SCOPED_TRACE(layout.conv);
    layout.write(directory / "dense.h5");
    write_pruned(WeightsFile(directory / "dense.h5"), directory / "pruned.h5",
                 {{"conv", some(Granularity::vector, {3, 2, 3, 2})}});
    const Hdf5File dense(directory / "dense.h5");
    const Hdf5File pruned(directory / "pruned.h5");
    EXPECT_EQ(pruned.data_sets().size(), dense.data_sets().size() + 1);
    for (const auto& set : dense.data_sets()) {
      ASSERT_NE(pruned.find(set.path), nullptr) << set.path;
      EXPECT_EQ(pruned.at(set.path).type, set.type);
      EXPECT_EQ(pruned.at(set.path).shape, set.shape);
      if (set.path != layout.conv) {
        EXPECT_EQ(pruned.read(set.path).values, dense.read(set.path).values);
      }
    }
    for (const char* name : {"layer_names", "backend", "description"}) {
      EXPECT_EQ(pruned.string_attribute("", name), dense.string_attribute("", name)) << name;
    }
    EXPECT_FALSE(WeightsFile(directory / "pruned.h5").find("fc")->has_mask);
  }

  write_pytorch(directory / "dense.h5");
  write_pruned(WeightsFile(directory / "dense.h5"), directory / "pruned.h5",
               {{"conv", some(Granularity::vector, {3, 2, 3, 2})}});
  const pruning::Hdf5Handle file(H5Fopen((directory / "pruned.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const pruning::Hdf5Handle set(H5Dopen2(file.get(), "conv.weight", H5P_DEFAULT));
  const pruning::Hdf5Handle creation(H5Dget_create_plist(set.get()));
  EXPECT_EQ(H5Pget_layout(creation.get()), H5D_CHUNKED);
  EXPECT_EQ(H5Pget_nfilters(creation.get()), 2);
  EXPECT_GT(H5Aexists(set.get(), "scale"), 0);
}

// Can a pruned file be pruned again, its masks replaced?
TEST(WritePruned, PrunesAgain) {
  const TemporaryDirectory directory;
  for (const Layout& layout : layouts()) {
    SCOPED_TRACE(layout.conv);
    layout.write(directory / "dense.h5");
    write_pruned(WeightsFile(directory / "dense.h5"), directory / "once.h5",
                 {{"conv", some(Granularity::fine, {3, 2, 3, 2}, 0)}});
    const Mask second{Granularity::filter, 12, {0, 1, 1}};
    write_pruned(WeightsFile(directory / "once.h5"), directory / "twice.h5", {{"conv", second}});
    const WeightsFile twice(directory / "twice.h5");
    EXPECT_EQ(twice.read("conv").weights.values,
              apply(second, WeightsFile(directory / "once.h5").read("conv").weights).values);
    const Hdf5File file(directory / "twice.h5");
    std::size_t kept = 0;
    for (const float value : file.read(layout.conv_mask).values) kept += value != 0.0F ? 1 : 0;
    EXPECT_EQ(kept, 24U);
  }
}

// Are a target that cannot be written and a mask for no layer refused, with nothing left behind?
TEST(WritePruned, LeavesNothingBehindOnFailure) {
  const TemporaryDirectory directory;
  write_pytorch(directory / "dense.h5");
  const WeightsFile source(directory / "dense.h5");
  const Mask mask = some(Granularity::vector, {3, 2, 3, 2});
  EXPECT_EQ(input_error(directory,
                        [&] {
                          write_pruned(source, directory / "no/out.h5", {{"conv", mask}});
                        }),
            "no/out.h5: cannot be written: No such file or directory");
  EXPECT_EQ(input_error(directory,
                        [&] {
                          write_pruned(source, directory / "out.h5", {{"cnov", mask}});
                        }),
            "dense.h5: cnov: no convolution or fully connected layer of this name; the file holds conv, fc");
  EXPECT_THROW(write_pruned(source, directory / "out.h5", {{"fc", mask}}), std::invalid_argument);
  EXPECT_THAT(directory.names(), ElementsAre("dense.h5"));
}

// Are weights that stand in a second file left alone, instead of being changed there?
TEST(WritePruned, RefusesWeightsThatStandInAnotherFile) {
  const TemporaryDirectory directory;
  {
    FrameworkFile(directory / "dense.h5").data_set("conv.bias", {1}, {0});
    const pruning::Hdf5Handle file(H5Fopen((directory / "dense.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    const pruning::Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE));
    H5Pset_external(creation.get(), (directory / "raw.bin").c_str(), 0, 4 * sizeof(float));
    const hsize_t extents[4] = {1, 1, 2, 2};
    const pruning::Hdf5Handle space(H5Screate_simple(4, extents, nullptr));
    const pruning::Hdf5Handle set(
        H5Dcreate2(file.get(), "conv.weight", H5T_NATIVE_FLOAT, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT));
    const std::vector<float> values = {1, 2, 3, 4};
    ASSERT_GE(H5Dwrite(set.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0);
  }
  const WeightsFile source(directory / "dense.h5");
  const Mask mask{Granularity::vector, 2, {0, 1}};
  EXPECT_EQ(input_error(directory,
                        [&] {
                          write_pruned(source, directory / "out.h5", {{"conv", mask}});
                        }),
            "out.h5: conv.weight: its values stand in another file, which is not copied");
  EXPECT_THAT(source.read("conv").weights.values, ElementsAre(1, 2, 3, 4));
}

}  // namespace
