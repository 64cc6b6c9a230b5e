#include "pruning/hdf5_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>
#include <utility>

#include "tests/support/framework_files.hpp"

namespace {

using pruning::Hdf5File;
using support::FrameworkFile;
using support::input_error;
using support::Storage;
using support::Strings;
using support::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::StartsWith;

std::vector<std::string> paths_in(const std::filesystem::path& path) {
  const Hdf5File file(path);
  std::vector<std::string> paths;
  for (const auto& set : file.data_sets()) paths.push_back(set.path);
  return paths;
}

// Are the same numbers read whatever type, byte order, chunks and filters they are stored with?
TEST(Hdf5File, ReadsTheSameNumbersFromEveryStorage) {
  using Type = Storage::Type;
  const std::vector<std::pair<std::string, Storage>> storages = {
      {"float16", {Type::float16, {}, false, false}},
      {"float32", {Type::float32, {}, false, false}},
      {"float64", {Type::float64, {}, false, false}},
      {"float32", {Type::float32_big_endian, {}, false, false}},
      {"uint16", {Type::uint16_big_endian, {}, false, false}},
      {"int64", {Type::int64, {}, false, false}},
      {"float32", {Type::float32, {1, 2, 2, 1}, false, false}},
      {"float16", {Type::float16, {2, 2, 2, 2}, false, true}},
      {"float64", {Type::float64, {2, 3, 1, 2}, true, true}},
  };
  const TemporaryDirectory directory;
  for (std::size_t i = 0; i < storages.size(); ++i) {
    SCOPED_TRACE(i);
    const auto path = directory / std::to_string(i);
    FrameworkFile(path).data_set("w", {2, 3, 2, 2}, support::oihw(2, 3, 2, 2), storages[i].second);
    const Hdf5File file(path);
    EXPECT_EQ(file.at("w").type, storages[i].first);
    EXPECT_EQ(file.read("w").shape, (pruning::Shape{2, 3, 2, 2}));
    EXPECT_EQ(file.read("w").values, support::tags(2, 3, 2, 2));
  }
}

// Are negative 8-bit integers kept negative?
TEST(Hdf5File, ReadsSignedIntegers) {
  const TemporaryDirectory directory;
  FrameworkFile(directory / "a.h5").data_set("w", {3}, {-128, 0, 127}, {Storage::Type::int8, {}, false, false});
  const Hdf5File file(directory / "a.h5");
  EXPECT_THAT(file.read("w").values, ElementsAre(-128.0F, 0.0F, 127.0F));
  EXPECT_THAT(file.read_integers("w").values, ElementsAre(-128, 0, 127));
}

// In which order are data sets listed when the file does not record one?
TEST(Hdf5File, ListsByNameWithNumbersByValue) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    for (const char* name : {"conv10", "conv2", "conv", "conv2_1", "b/x", "Conv1"}) file.data_set(name, {1}, {0});
  }
  EXPECT_THAT(paths_in(directory / "a.h5"), ElementsAre("Conv1", "b/x", "conv", "conv2", "conv2_1", "conv10"));
}

// And when it does?
TEST(Hdf5File, ListsInTheOrderOfCreation) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5", /*ordered=*/true);
    for (const char* name : {"z", "a", "m"}) file.data_set(name, {1}, {0});
  }
  EXPECT_THAT(paths_in(directory / "a.h5"), ElementsAre("z", "a", "m"));
}

// Do string attributes read the same in every form that h5py and others give them?
TEST(Hdf5File, ReadsStringsOfEveryKind) {
  const TemporaryDirectory directory;
  {
    FrameworkFile file(directory / "a.h5");
    file.group("g");
    file.strings("g", "fixed", {"a", "longer", ""}, Strings::fixed);
    file.strings("g", "blanks", {"a", "longer", ""}, Strings::fixed_padded_with_blanks);
    file.strings("g", "variable", {"a", "longer", ""}, Strings::variable);
    file.string("", "one", "tensorflow", Strings::variable);
    file.string("", "one_fixed", "theano", Strings::fixed);
    file.empty_list("g", "none");
  }
  const Hdf5File file(directory / "a.h5");
  for (const char* name : {"fixed", "blanks", "variable"}) {
    EXPECT_THAT(file.string_attribute("g", name).value(), ElementsAre("a", "longer", "")) << name;
  }
  EXPECT_THAT(file.string_attribute("", "one").value(), ElementsAre("tensorflow"));
  EXPECT_THAT(file.string_attribute("", "one_fixed").value(), ElementsAre("theano"));
  EXPECT_THAT(file.string_attribute("g", "none").value(), ElementsAre());
  EXPECT_FALSE(file.string_attribute("g", "absent").has_value());
}

// What is a user told whose file is not there, not HDF5 or not of the right type?
TEST(Hdf5File, SaysWhatIsWrong) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "text.h5") << "not a file of numbers\n";
  std::ofstream(directory / "empty.h5").flush();
  {
    FrameworkFile file(directory / "a.h5");
    file.text_data_set("words", "some");
    file.data_set("w", {2, 2}, {1, 2, 3, std::numeric_limits<double>::quiet_NaN()});
    file.data_set("huge", {2}, {1, -1e300}, {Storage::Type::float64, {}, false, false});
    file.number("", "epoch", 7);
  }
  const auto open = [&](const std::string& name) {
    return input_error(directory, [&] { Hdf5File(directory / name); });
  };
  EXPECT_EQ(open("absent.h5"), "absent.h5: no such file");
  EXPECT_EQ(open("text.h5"), "text.h5: is not an HDF5 file");
  EXPECT_EQ(open("empty.h5"), "empty.h5: is not an HDF5 file");
  std::filesystem::create_directory(directory / "folder.h5");
  EXPECT_EQ(open("folder.h5"), "folder.h5: is a directory, not an HDF5 file");

  const Hdf5File file(directory / "a.h5");
  const auto read = [&](const std::string& name) {
    return input_error(directory, [&] { static_cast<void>(file.read_finite(name)); });
  };
  EXPECT_EQ(read("absent"), "a.h5: absent: no such data set");
  EXPECT_EQ(read("words"), "a.h5: words: holds values of type string; float or integer is needed");
  EXPECT_EQ(read("w"), "a.h5: w: the value at [1, 1] is nan; a finite float32 number is needed");
  EXPECT_EQ(read("huge"), "a.h5: huge: the value at [1] is -inf; a finite float32 number is needed");
  EXPECT_EQ(input_error(directory, [&] { static_cast<void>(file.read_integers("w")); }),
            "a.h5: w: holds values of type float32; integer is needed");
  EXPECT_EQ(input_error(directory, [&] { static_cast<void>(file.string_attribute("", "epoch")); }),
            "a.h5: @epoch: holds values of type float64; string is needed");
}

// Is a file that was cut off anywhere refused when it is opened?
TEST(Hdf5File, RefusesTruncatedFiles) {
  const TemporaryDirectory directory;
  FrameworkFile(directory / "a.h5").data_set("w", {5, 5, 5, 5}, support::oihw(5, 5, 5, 5));
  const auto size = std::filesystem::file_size(directory / "a.h5");
  for (const auto left : {size - 1, size / 2, std::uintmax_t{700}, std::uintmax_t{100}}) {
    std::filesystem::copy_file(directory / "a.h5", directory / "cut.h5",
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(directory / "cut.h5", left);
    EXPECT_THAT(input_error(directory, [&] { Hdf5File(directory / "cut.h5"); }), StartsWith("cut.h5: is damaged: "))
        << left;
  }
  EXPECT_EQ(input_error(directory,
                        [&] {
                          std::filesystem::resize_file(directory / "a.h5", size - 1);
                          Hdf5File(directory / "a.h5");
                        }),
            "a.h5: is damaged: truncated file: eof = " + std::to_string(size - 1) +
                ", sblock->base_addr = 0, stored_eof = " + std::to_string(size));
}

// Is a compressed chunk whose bytes were overwritten noticed, and the data set named?
TEST(Hdf5File, NamesTheDataSetThatCannotBeRead) {
  const TemporaryDirectory directory;
  FrameworkFile(directory / "a.h5")
      .data_set("conv1/w", {5, 5, 5, 5}, support::oihw(5, 5, 5, 5),
                {Storage::Type::float32, {5, 5, 5, 5}, false, true});
  haddr_t offset = 0;
  hsize_t bytes = 0;
  {
    const pruning::Hdf5Handle file(H5Fopen((directory / "a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
    const pruning::Hdf5Handle set(H5Dopen2(file.get(), "conv1/w", H5P_DEFAULT));
    const pruning::Hdf5Handle space(H5Dget_space(set.get()));
    ASSERT_GE(H5Dget_chunk_info(set.get(), space.get(), 0, nullptr, nullptr, &offset, &bytes), 0);
  }
  {
    std::fstream stream(directory / "a.h5", std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(static_cast<std::streamoff>(offset));
    stream << std::string(static_cast<std::size_t>(bytes), 'x');
  }
  const Hdf5File file(directory / "a.h5");
  EXPECT_THAT(input_error(directory, [&] { static_cast<void>(file.read("conv1/w")); }),
              StartsWith("a.h5: conv1/w: its values cannot be read: "));
}

// Does a group that contains itself end the listing instead of never ending it?
TEST(Hdf5File, SurvivesAGroupLinkedBelowItself) {
  const TemporaryDirectory directory;
  FrameworkFile(directory / "a.h5").data_set("g/w", {1}, {1});
  {
    const pruning::Hdf5Handle file(H5Fopen((directory / "a.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT));
    ASSERT_GE(H5Lcreate_hard(file.get(), "/g", file.get(), "/g/again", H5P_DEFAULT, H5P_DEFAULT), 0);
  }
  const Hdf5File file(directory / "a.h5");
  EXPECT_EQ(file.data_sets().size(), 1U);
}

}  // namespace
