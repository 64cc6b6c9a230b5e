#include "tests/support/framework_files.hpp"

#include <stdlib.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace support {
namespace {

using pruning::Hdf5Handle;

hid_t good(hid_t id) {
  if (id < 0) throw std::runtime_error("the HDF5 library failed to write a test file");
  return id;
}

Hdf5Handle file_type(Storage::Type type) {
  switch (type) {
    case Storage::Type::float16: {
      Hdf5Handle half(good(H5Tcopy(H5T_IEEE_F32LE)));
      H5Tset_fields(half.get(), 15, 10, 5, 0, 10);
      H5Tset_size(half.get(), 2);
      H5Tset_ebias(half.get(), 15);
      return half;
    }
    case Storage::Type::float32:
      return Hdf5Handle(good(H5Tcopy(H5T_IEEE_F32LE)));
    case Storage::Type::float64:
      return Hdf5Handle(good(H5Tcopy(H5T_IEEE_F64LE)));
    case Storage::Type::float32_big_endian:
      return Hdf5Handle(good(H5Tcopy(H5T_IEEE_F32BE)));
    case Storage::Type::int8:
      return Hdf5Handle(good(H5Tcopy(H5T_STD_I8LE)));
    case Storage::Type::uint16_big_endian:
      return Hdf5Handle(good(H5Tcopy(H5T_STD_U16BE)));
    case Storage::Type::int64:
      return Hdf5Handle(good(H5Tcopy(H5T_STD_I64LE)));
  }
  throw std::invalid_argument("no such type");
}

std::vector<hsize_t> extents(const std::vector<std::int64_t>& shape) {
  return {shape.begin(), shape.end()};
}

Hdf5Handle space_of(const pruning::Shape& shape) {
  if (shape.empty()) return Hdf5Handle(good(H5Screate(H5S_SCALAR)));
  return Hdf5Handle(good(H5Screate_simple(static_cast<int>(shape.size()), extents(shape).data(), nullptr)));
}

Hdf5Handle ordered(hid_t property_class, bool on) {
  Hdf5Handle list(good(H5Pcreate(property_class)));
  if (on) H5Pset_link_creation_order(list.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  return list;
}

Hdf5Handle with_parents() {
  Hdf5Handle links(good(H5Pcreate(H5P_LINK_CREATE)));
  H5Pset_create_intermediate_group(links.get(), 1);
  return links;
}

}  // namespace

FrameworkFile::FrameworkFile(const std::filesystem::path& path, bool ordered_by_creation)
    : file_(good(
          H5Fcreate(path.c_str(), H5F_ACC_TRUNC, ordered(H5P_FILE_CREATE, ordered_by_creation).get(), H5P_DEFAULT))),
      ordered_(ordered_by_creation) {}

void FrameworkFile::group(const std::string& path) {
  const Hdf5Handle made(good(H5Gcreate2(file_.get(), path.c_str(), with_parents().get(),
                                        ordered(H5P_GROUP_CREATE, ordered_).get(), H5P_DEFAULT)));
}

void FrameworkFile::data_set(const std::string& path, const pruning::Shape& shape, const std::vector<double>& values,
                             const Storage& storage) {
  if (!values.empty() && pruning::element_count(shape) != static_cast<std::int64_t>(values.size())) {
    throw std::invalid_argument(path + ": wrong number of values in a test");
  }
  const Hdf5Handle creation(good(H5Pcreate(H5P_DATASET_CREATE)));
  if (!storage.chunk.empty()) {
    H5Pset_chunk(creation.get(), static_cast<int>(storage.chunk.size()), extents(storage.chunk).data());
  }
  if (storage.shuffle) H5Pset_shuffle(creation.get());
  if (storage.gzip) H5Pset_deflate(creation.get(), 4);
  const Hdf5Handle made(good(H5Dcreate2(file_.get(), path.c_str(), file_type(storage.type).get(), space_of(shape).get(),
                                        with_parents().get(), creation.get(), H5P_DEFAULT)));
  if (!values.empty()) good(H5Dwrite(made.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()));
}

void FrameworkFile::text_data_set(const std::string& path, const std::string& value) {
  const Hdf5Handle type(good(H5Tcopy(H5T_C_S1)));
  H5Tset_size(type.get(), value.size());
  const Hdf5Handle made(good(H5Dcreate2(file_.get(), path.c_str(), type.get(), space_of({}).get(), with_parents().get(),
                                        H5P_DEFAULT, H5P_DEFAULT)));
  good(H5Dwrite(made.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, value.data()));
}

void FrameworkFile::strings(const std::string& object, const std::string& name, const std::vector<std::string>& values,
                            Strings kind) {
  write_strings(object, name, values, kind, true);
}

void FrameworkFile::string(const std::string& object, const std::string& name, const std::string& value, Strings kind) {
  write_strings(object, name, {value}, kind, false);
}

void FrameworkFile::write_strings(const std::string& object, const std::string& name,
                                  const std::vector<std::string>& values, Strings kind, bool array) {
  std::size_t length = 1;
  for (const std::string& value : values) length = std::max(length, value.size());
  const Hdf5Handle type(good(H5Tcopy(H5T_C_S1)));
  H5Tset_size(type.get(), kind == Strings::variable ? H5T_VARIABLE : length);
  H5Tset_strpad(type.get(), kind == Strings::fixed_padded_with_blanks ? H5T_STR_SPACEPAD : H5T_STR_NULLPAD);
  const Hdf5Handle space = array ? space_of({static_cast<std::int64_t>(values.size())}) : space_of({});
  const Hdf5Handle made(good(H5Acreate_by_name(file_.get(), ('/' + object).c_str(), name.c_str(), type.get(),
                                               space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
  if (kind == Strings::variable) {
    std::vector<const char*> pointers;
    for (const std::string& value : values) pointers.push_back(value.c_str());
    good(H5Awrite(made.get(), type.get(), static_cast<const void*>(pointers.data())));
    return;
  }
  std::vector<char> buffer(values.size() * length, kind == Strings::fixed ? '\0' : ' ');
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::memcpy(buffer.data() + i * length, values[i].data(), values[i].size());
  }
  good(H5Awrite(made.get(), type.get(), buffer.data()));
}

void FrameworkFile::empty_list(const std::string& object, const std::string& name) {
  const Hdf5Handle made(good(H5Acreate_by_name(file_.get(), ('/' + object).c_str(), name.c_str(), H5T_IEEE_F64LE,
                                               space_of({0}).get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
}

void FrameworkFile::number(const std::string& object, const std::string& name, double value) {
  const Hdf5Handle made(good(H5Acreate_by_name(file_.get(), ('/' + object).c_str(), name.c_str(), H5T_IEEE_F64LE,
                                               space_of({}).get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
  good(H5Awrite(made.get(), H5T_NATIVE_DOUBLE, &value));
}

void FrameworkFile::keras2_layer(const std::string& layer, const std::vector<Weight>& weights,
                                 const std::string& root) {
  const std::string path = root.empty() ? layer : root + '/' + layer;
  group(path);
  std::vector<std::string> names;
  for (const Weight& weight : weights) {
    names.push_back(weight.name);
    data_set(path + '/' + weight.name, weight.shape, weight.values);
  }
  if (names.empty()) {
    empty_list(path, "weight_names");
  } else {
    strings(path, "weight_names", names);
  }
}

double tag(std::int64_t k, std::int64_t c, std::int64_t r, std::int64_t s) {
  return static_cast<double>(((k * 5 + c) * 5 + r) * 5 + s + 1);
}

std::vector<double> oihw(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S) {
  std::vector<double> values;
  for (std::int64_t k = 0; k < K; ++k)
    for (std::int64_t c = 0; c < C; ++c)
      for (std::int64_t r = 0; r < R; ++r)
        for (std::int64_t s = 0; s < S; ++s) values.push_back(tag(k, c, r, s));
  return values;
}

std::vector<double> oihw_flipped(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S) {
  std::vector<double> values;
  for (std::int64_t k = 0; k < K; ++k)
    for (std::int64_t c = 0; c < C; ++c)
      for (std::int64_t r = R; r-- > 0;)
        for (std::int64_t s = S; s-- > 0;) values.push_back(tag(k, c, r, s));
  return values;
}

std::vector<double> hwio(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < R; ++r)
    for (std::int64_t s = 0; s < S; ++s)
      for (std::int64_t c = 0; c < C; ++c)
        for (std::int64_t k = 0; k < K; ++k) values.push_back(tag(k, c, r, s));
  return values;
}

std::vector<double> hwcm(std::int64_t C, std::int64_t M, std::int64_t R, std::int64_t S) {
  std::vector<double> values;
  for (std::int64_t r = 0; r < R; ++r)
    for (std::int64_t s = 0; s < S; ++s)
      for (std::int64_t c = 0; c < C; ++c)
        for (std::int64_t m = 0; m < M; ++m) values.push_back(tag(c * M + m, 0, r, s));
  return values;
}

std::vector<double> in_out(std::int64_t K, std::int64_t C) {
  std::vector<double> values;
  for (std::int64_t c = 0; c < C; ++c)
    for (std::int64_t k = 0; k < K; ++k) values.push_back(tag(k, c, 0, 0));
  return values;
}

std::vector<float> tags(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S) {
  const std::vector<double> values = oihw(K, C, R, S);
  return {values.begin(), values.end()};
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "scnn-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> TemporaryDirectory::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace support
