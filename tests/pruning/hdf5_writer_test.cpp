#include "pruning/hdf5_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "pruning/hdf5_file.hpp"
#include "tests/support/framework_files.hpp"
#include "tests/support/full_disk.hpp"

namespace {

using pruning::Hdf5File;
using pruning::Hdf5Writer;
using support::input_error;
using support::TemporaryDirectory;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::ThrowsMessage;

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void fill(Hdf5Writer& writer) {
  writer.write("conv1/input", pruning::Tensor<float>({1, 2}, {0.5F, -2.0F}));
  writer.write<std::int64_t>("labels", {2}, std::vector<std::int64_t>{3, -1});
  writer.write_table("layers/table", {{"name", std::vector<std::string>{"conv1", "fc"}},
                                      {"cycles", std::vector<std::int64_t>{7, 1LL << 40}},
                                      {"density", std::vector<double>{0.25, 1.0}}});
  writer.write_attribute("", "schema", "test/1");
  writer.write_attribute("layers/table", "unit", "cycles");
}

// Is what was written what is read back?
TEST(Hdf5Writer, WritesWhatIsReadBack) {
  const TemporaryDirectory directory;
  Hdf5Writer writer(directory / "a.h5");
  fill(writer);
  writer.save();
  const Hdf5File file(directory / "a.h5");
  EXPECT_THAT(file.read("conv1/input").values, ElementsAre(0.5F, -2.0F));
  EXPECT_THAT(file.read_integers("labels").values, ElementsAre(3, -1));
  EXPECT_EQ(file.at("layers/table").type, "table");
  EXPECT_THAT(file.at("layers/table").shape, ElementsAre(2));
  EXPECT_THAT(file.at("layers/table").columns, ElementsAre("name", "cycles", "density"));
  EXPECT_THAT(file.string_attribute("", "schema").value(), ElementsAre("test/1"));
  EXPECT_THAT(file.string_attribute("layers/table", "unit").value(), ElementsAre("cycles"));
}

// Do the cells of a table stand in their rows and columns?
TEST(Hdf5Writer, WritesTablesRowByRow) {
  const TemporaryDirectory directory;
  Hdf5Writer writer(directory / "a.h5");
  fill(writer);
  writer.save();
  const pruning::Hdf5Handle file(H5Fopen((directory / "a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  const pruning::Hdf5Handle table(H5Dopen2(file.get(), "layers/table", H5P_DEFAULT));
  const pruning::Hdf5Handle column(H5Tcreate(H5T_COMPOUND, sizeof(std::int64_t)));
  H5Tinsert(column.get(), "cycles", 0, H5T_NATIVE_INT64);
  std::vector<std::int64_t> cycles(2);
  ASSERT_GE(H5Dread(table.get(), column.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, cycles.data()), 0);
  EXPECT_THAT(cycles, ElementsAre(7, 1LL << 40));
  const pruning::Hdf5Handle text(H5Tcopy(H5T_C_S1));
  H5Tset_size(text.get(), 8);
  const pruning::Hdf5Handle names(H5Tcreate(H5T_COMPOUND, 8));
  H5Tset_cset(text.get(), H5T_CSET_UTF8);
  H5Tinsert(names.get(), "name", 0, text.get());
  std::vector<char> buffer(16);
  ASSERT_GE(H5Dread(table.get(), names.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, buffer.data()), 0);
  EXPECT_STREQ(buffer.data(), "conv1");
  EXPECT_STREQ(buffer.data() + 8, "fc");
}

// Do equal contents give equal files, byte for byte?
TEST(Hdf5Writer, IsDeterministic) {
  const TemporaryDirectory directory;
  for (const char* name : {"a.h5", "b.h5"}) {
    Hdf5Writer writer(directory / name);
    fill(writer);
    writer.save();
  }
  EXPECT_EQ(bytes_of(directory / "a.h5"), bytes_of(directory / "b.h5"));

  // Nor does the time of writing reach the file.
  const pruning::Hdf5Handle file(H5Fopen((directory / "a.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT));
  for (const char* object : {"/", "conv1", "conv1/input", "labels", "layers", "layers/table"}) {
    H5G_stat_t info;
    ASSERT_GE(H5Gget_objinfo(file.get(), object, false, &info), 0);
    EXPECT_EQ(info.mtime, 0) << object;
  }
}

// Does a data set that is written again hold only the new values?
TEST(Hdf5Writer, ReplacesADataSet) {
  const TemporaryDirectory directory;
  Hdf5Writer writer(directory / "a.h5");
  fill(writer);
  writer.write<double>("labels", {3}, std::vector<double>{1, 2, 3});
  writer.save();
  EXPECT_EQ(Hdf5File(directory / "a.h5").at("labels").type, "float64");
  EXPECT_THAT(Hdf5File(directory / "a.h5").read("labels").values, ElementsAre(1, 2, 3));
}

// Does a target that cannot be written leave nothing behind and say so in one line?
TEST(Hdf5Writer, LeavesNothingWhereItCannotWrite) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "folder");
  const auto save = [&](const std::string& target) {
    return input_error(directory, [&] {
      Hdf5Writer writer(directory / target);
      fill(writer);
      writer.save();
    });
  };
  EXPECT_EQ(save("absent/a.h5"), "absent/a.h5: cannot be written: No such file or directory");
  EXPECT_EQ(save("folder"), "folder: cannot be written: it is a directory");
  EXPECT_THAT(directory.names(), ElementsAre("folder"));
}

// Does a disk that fills up leave the former file as it was, and no other?
TEST(Hdf5Writer, KeepsTheFormerFileWhenTheDiskIsFull) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "a.h5") << "former";
  {
    Hdf5Writer writer(directory / "a.h5");
    fill(writer);
    const support::FullDisk full(1000);
    EXPECT_THAT([&] { writer.save(); },
                ThrowsMessage<std::runtime_error>(EndsWith("a.h5: cannot be written: File too large")));
  }
  EXPECT_EQ(bytes_of(directory / "a.h5"), "former");
  EXPECT_THAT(directory.names(), ElementsAre("a.h5"));
}

// Does a link to the target stay a link?
TEST(Hdf5Writer, WritesThroughALink) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "real.h5") << "former";
  std::filesystem::create_symlink(directory / "real.h5", directory / "link.h5");
  Hdf5Writer writer(directory / "link.h5");
  fill(writer);
  writer.save();
  EXPECT_TRUE(std::filesystem::is_symlink(directory / "link.h5"));
  EXPECT_EQ(Hdf5File(directory / "real.h5").data_sets().size(), 3U);
}

}  // namespace
