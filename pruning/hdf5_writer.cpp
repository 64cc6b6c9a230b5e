#include "pruning/hdf5_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <utility>

#include "pruning/atomic_file.hpp"
#include "pruning/hdf5_file.hpp"
#include "pruning/input_error.hpp"

namespace pruning {
namespace {

constexpr std::size_t memory_step = std::size_t{1} << 20;  ///< by which the file grows in memory

Hdf5Handle in_memory() {
  Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS));
  H5Pset_fapl_core(access.get(), memory_step, /*backing_store=*/false);
  return access;
}

/// HDF5 wants a name for a file in memory too, and looks whether there is such a file. Below a file there is none.
std::filesystem::path name_in_memory(const std::filesystem::path& target) {
  return target / "in memory";
}

std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  const auto fail = [&file](int error) {
    throw InputError({.file = file.string(), .key = {}}, "cannot be read: " + std::generic_category().message(error));
  };
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) fail(errno);
  std::vector<std::byte> bytes(static_cast<std::size_t>(stream.tellg()));
  stream.seekg(0);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) fail(EIO);
  return bytes;
}

template <class T>
hid_t native_type() {
  if constexpr (std::is_same_v<T, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<T, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<T, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<T, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<T, std::uint8_t>) return H5T_NATIVE_UINT8;
}

/// UTF-8 of `length` bytes, shorter strings padded with zeros.
Hdf5Handle string_type(std::size_t length) {
  Hdf5Handle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.get(), length);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  return type;
}

std::size_t longest(const std::vector<std::string>& strings) {
  std::size_t length = 1;  // HDF5 has no strings of length 0
  for (const std::string& text : strings) length = std::max(length, text.size());
  return length;
}

}  // namespace

Hdf5Writer::Hdf5Writer(std::filesystem::path target) : target_(std::move(target)) {
  const Hdf5ErrorScope errors;
  const Hdf5Handle access = in_memory();
  file_ = Hdf5Handle(H5Fcreate(name_in_memory(target_).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.get()));
  if (!file_.valid()) fail({}, "cannot be built: " + errors.message());
}

Hdf5Writer::Hdf5Writer(std::filesystem::path target, const std::filesystem::path& source) : target_(std::move(target)) {
  const Hdf5ErrorScope errors;
  const Hdf5Handle access = in_memory();
  bool taken = false;
  {
    std::vector<std::byte> bytes = bytes_of(source);
    taken = H5Pset_file_image(access.get(), bytes.data(), bytes.size()) >= 0;
  }
  if (taken) file_ = Hdf5Handle(H5Fopen(name_in_memory(target_).c_str(), H5F_ACC_RDWR, access.get()));
  if (!file_.valid()) {
    throw InputError({.file = source.string(), .key = {}}, "cannot be copied: " + errors.message());
  }
}

void Hdf5Writer::create_group(const std::string& path) {
  const Hdf5ErrorScope errors;
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  const Hdf5Handle group(H5Gcreate2(file_.get(), path.c_str(), links.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!group.valid()) fail(path, "cannot be created: " + errors.message());
}

template <class T>
void Hdf5Writer::write(const std::string& path, const Shape& shape, std::span<const T> values) {
  if (element_count(shape) != static_cast<std::int64_t>(values.size())) {
    throw std::invalid_argument(path + ": a data set needs as many values as its shape says");
  }
  write_values(path, {shape.begin(), shape.end()}, native_type<T>(), values.data());
}

template void Hdf5Writer::write<float>(const std::string&, const Shape&, std::span<const float>);
template void Hdf5Writer::write<double>(const std::string&, const Shape&, std::span<const double>);
template void Hdf5Writer::write<std::int32_t>(const std::string&, const Shape&, std::span<const std::int32_t>);
template void Hdf5Writer::write<std::int64_t>(const std::string&, const Shape&, std::span<const std::int64_t>);
template void Hdf5Writer::write<std::uint8_t>(const std::string&, const Shape&, std::span<const std::uint8_t>);

void Hdf5Writer::write_values(const std::string& path, const std::vector<hsize_t>& shape, hid_t type,
                              const void* values) {
  const Hdf5ErrorScope errors;
  if (H5Lexists(file_.get(), path.c_str(), H5P_DEFAULT) > 0) H5Ldelete(file_.get(), path.c_str(), H5P_DEFAULT);
  const Hdf5Handle links(H5Pcreate(H5P_LINK_CREATE));
  H5Pset_create_intermediate_group(links.get(), 1);
  const Hdf5Handle creation(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_obj_track_times(creation.get(), false);
  const Hdf5Handle space(shape.empty() ? H5Screate(H5S_SCALAR)
                                       : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr));
  const Hdf5Handle data_set(
      H5Dcreate2(file_.get(), path.c_str(), type, space.get(), links.get(), creation.get(), H5P_DEFAULT));
  const bool empty = std::find(shape.begin(), shape.end(), hsize_t{0}) != shape.end();
  if (!data_set.valid() || (!empty && H5Dwrite(data_set.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)) {
    fail(path, "cannot be built: " + errors.message());
  }
}

void Hdf5Writer::write_table(const std::string& path, const std::vector<Column>& columns) {
  struct Member {
    Hdf5Handle type;
    std::size_t size;
    std::size_t offset;
  };
  std::vector<Member> members;
  std::size_t row_size = 0;
  std::size_t rows = 0;
  for (const Column& column : columns) {
    const auto* strings = std::get_if<std::vector<std::string>>(&column.values);
    Hdf5Handle type = strings != nullptr
                          ? string_type(longest(*strings))
                          : Hdf5Handle(H5Tcopy(column.values.index() == 0 ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE));
    const std::size_t size = H5Tget_size(type.get());
    members.push_back({std::move(type), size, row_size});
    row_size += size;
    const std::size_t length = std::visit([](const auto& values) { return values.size(); }, column.values);
    if (&column != columns.data() && length != rows) {
      throw std::invalid_argument(path + ": the columns of a table have equal lengths");
    }
    rows = length;
  }
  if (columns.empty()) throw std::invalid_argument(path + ": a table needs a column");

  const Hdf5Handle row_type(H5Tcreate(H5T_COMPOUND, row_size));
  std::vector<std::byte> buffer(rows * row_size, std::byte{0});
  for (std::size_t c = 0; c < columns.size(); ++c) {
    H5Tinsert(row_type.get(), columns[c].name.c_str(), members[c].offset, members[c].type.get());
    std::visit(
        [&](const auto& values) {
          for (std::size_t r = 0; r < rows; ++r) {
            std::byte* cell = buffer.data() + r * row_size + members[c].offset;
            if constexpr (std::is_same_v<std::decay_t<decltype(values[r])>, std::string>) {
              std::memcpy(cell, values[r].data(), values[r].size());
            } else {
              std::memcpy(cell, &values[r], sizeof(values[r]));
            }
          }
        },
        columns[c].values);
  }
  write_values(path, {static_cast<hsize_t>(rows)}, row_type.get(), buffer.data());
}

void Hdf5Writer::write_attribute(const std::string& object, const std::string& name, const std::string& value) {
  const Hdf5ErrorScope errors;
  const std::string path = '/' + object;
  if (H5Aexists_by_name(file_.get(), path.c_str(), name.c_str(), H5P_DEFAULT) > 0) {
    H5Adelete_by_name(file_.get(), path.c_str(), name.c_str(), H5P_DEFAULT);
  }
  // Of variable length: h5py shows such a string as str, one of fixed length as bytes.
  const Hdf5Handle type = string_type(H5T_VARIABLE);
  const Hdf5Handle space(H5Screate(H5S_SCALAR));
  const Hdf5Handle attribute(H5Acreate_by_name(file_.get(), path.c_str(), name.c_str(), type.get(), space.get(),
                                               H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
  const char* text = value.c_str();
  if (!attribute.valid() || H5Awrite(attribute.get(), type.get(), static_cast<const void*>(&text)) < 0) {
    fail(object.empty() ? '@' + name : object + '@' + name, "cannot be built: " + errors.message());
  }
}

void Hdf5Writer::clear_elements(const std::string& path, std::span<const std::uint8_t> kept) {
  const Hdf5ErrorScope errors;
  const auto check = [&](bool good) {
    if (!good) fail(path, "cannot be changed: " + errors.message());
  };
  const Hdf5Handle data_set(H5Dopen2(file_.get(), path.c_str(), H5P_DEFAULT));
  check(data_set.valid());
  const Hdf5Handle creation(H5Dget_create_plist(data_set.get()));
  if (H5Pget_layout(creation.get()) == H5D_VIRTUAL || H5Pget_external_count(creation.get()) > 0) {
    fail(path, "its values stand in another file, which is not copied");
  }
  const Hdf5Handle space(H5Dget_space(data_set.get()));
  if (H5Sget_simple_extent_npoints(space.get()) != static_cast<hssize_t>(kept.size())) {
    throw std::invalid_argument(path + ": one mark for every element is needed");
  }

  // In the type of the file, so that nothing is converted; all bits zero is 0 in every number type.
  const Hdf5Handle type(H5Dget_type(data_set.get()));
  const std::size_t size = H5Tget_size(type.get());
  std::vector<std::byte> values(kept.size() * size);
  check(H5Dread(data_set.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) std::memset(values.data() + i * size, 0, size);
  }
  check(H5Dwrite(data_set.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0);
}

void Hdf5Writer::save() {
  std::vector<std::byte> image;
  {
    const Hdf5ErrorScope errors;
    const auto check = [&](bool good) {
      if (!good) fail({}, "cannot be built: " + errors.message());
    };
    check(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) >= 0);
    const ssize_t size = H5Fget_file_image(file_.get(), nullptr, 0);
    check(size > 0);
    image.resize(static_cast<std::size_t>(size));
    check(H5Fget_file_image(file_.get(), image.data(), image.size()) == size);
  }
  write_atomically(target_, image);
}

void Hdf5Writer::fail(const std::string& object, const std::string& problem) const {
  throw InputError({.file = target_.string(), .key = object}, problem);
}

}  // namespace pruning
