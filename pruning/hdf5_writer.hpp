#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "pruning/hdf5_handle.hpp"
#include "pruning/tensor.hpp"

namespace pruning {

/// An HDF5 file that comes into being in memory and reaches the disk in one step. (The HDF5 library does not
/// survive a disk that fills up under it; this way it never sees one.) Equal calls give equal bytes.
/// Paths inside the file have no leading slash; the groups on the way are made as needed.
/// Every member throws `InputError` that names the target and the data set.
class Hdf5Writer {
 public:
  /// A column of a table: integers, numbers or strings, one for every row.
  struct Column {
    std::string name;
    std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>> values;
  };

  /// Starts with an empty file. @param target named in messages and written by `save`
  explicit Hdf5Writer(std::filesystem::path target);
  /// Starts with everything that the HDF5 file `source` holds.
  Hdf5Writer(std::filesystem::path target, const std::filesystem::path& source);

  void create_group(const std::string& path);
  /// Writes a data set; one of the same path is replaced. T is float, double, std::int32_t, std::int64_t or
  /// std::uint8_t. @param values as many as `shape` says
  template <class T>
  void write(const std::string& path, const Shape& shape, std::span<const T> values);
  template <class T>
  void write(const std::string& path, const Tensor<T>& tensor) {
    write<T>(path, tensor.shape, tensor.values);
  }
  /// Writes a table as h5py and pandas read it: a one-dimensional data set with named columns. Strings are UTF-8
  /// of the length of the longest.
  void write_table(const std::string& path, const std::vector<Column>& columns);
  /// Sets a string attribute. @param object path of a group or data set; empty for the root
  void write_attribute(const std::string& object, const std::string& name, const std::string& value);

  /// Sets those elements of a data set of numbers to zero whose `kept` is 0; the others keep every bit.
  void clear_elements(const std::string& path, std::span<const std::uint8_t> kept);

  /// Writes the file; it replaces an existing one only when it is complete.
  void save();

 private:
  void write_values(const std::string& path, const std::vector<hsize_t>& shape, hid_t type, const void* values);
  [[noreturn]] void fail(const std::string& object, const std::string& problem) const;

  std::filesystem::path target_;
  Hdf5Handle file_;
};

}  // namespace pruning
