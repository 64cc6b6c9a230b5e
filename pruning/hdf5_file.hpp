#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/tensor.hpp"

namespace pruning {

/// An HDF5 file opened for reading. Opening lists what it holds; values are read on demand. Paths inside the
/// file have no leading slash (`conv1/input`); the root group is the empty path.
/// Every member throws `InputError` with file and data set for what is missing, damaged or of the wrong type.
class Hdf5File {
 public:
  struct DataSet {
    std::string path;
    Shape shape;                       ///< empty for a single value
    std::string type;                  ///< `float32`, `uint8`, `string`, `table` (named columns) or `other`
    std::vector<std::string> columns;  ///< of a table

    [[nodiscard]] bool holds_integers() const;
    [[nodiscard]] bool holds_numbers() const;
  };

  explicit Hdf5File(std::filesystem::path path);
  ~Hdf5File();
  Hdf5File(Hdf5File&&) noexcept;
  Hdf5File& operator=(Hdf5File&&) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const;

  /// All data sets that are stored in the file itself (links to elsewhere are not followed), depth first; within a
  /// group in the order of creation where the file records it, else by name with numbers by value (`conv2` before
  /// `conv10`).
  [[nodiscard]] const std::vector<DataSet>& data_sets() const;
  /// All groups but the root, in the same order.
  [[nodiscard]] const std::vector<std::string>& groups() const;
  /// Nothing if there is no such data set.
  [[nodiscard]] const DataSet* find(std::string_view path) const;
  [[nodiscard]] bool has_group(std::string_view path) const;
  /// As `find`, but a missing data set is an error.
  [[nodiscard]] const DataSet& at(std::string_view path) const;

  /// Any floating-point or integer type, byte order and storage. A number beyond float32 becomes infinite.
  [[nodiscard]] Tensor<float> read(std::string_view data_set) const;
  /// As `read`, but a NaN or an infinity is an error that names its position.
  [[nodiscard]] Tensor<float> read_finite(std::string_view data_set) const;
  [[nodiscard]] Tensor<std::int64_t> read_integers(std::string_view data_set) const;

  /// Strings of fixed or variable length, one or an array of them (empty arrays of any type count). Nothing if
  /// the object has no such attribute.
  /// @param object path of a group or data set
  [[nodiscard]] std::optional<std::vector<std::string>> string_attribute(const std::string& object,
                                                                         const std::string& name) const;

  [[noreturn]] void fail(std::string_view object, const std::string& problem) const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

/// `3 x 224 x 224`; `one value` for an empty shape.
std::string text_of(const Shape& shape);

/// Whether `a` comes before `b` when digits are compared as numbers.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace pruning
