#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "pruning/hdf5_handle.hpp"
#include "pruning/input_error.hpp"
#include "pruning/tensor.hpp"

/// HDF5 files as the deep-learning frameworks write them, made with the HDF5 library alone.
namespace support {

/// How the values of a data set lie in the file.
struct Storage {
  enum class Type { float16, float32, float64, float32_big_endian, int8, uint16_big_endian, int64 };
  Type type = Type::float32;
  std::vector<std::int64_t> chunk = {};  ///< empty: contiguous
  bool shuffle = false;
  bool gzip = false;
};

enum class Strings { fixed, fixed_padded_with_blanks, variable };

class FrameworkFile {
 public:
  /// @param ordered record the order of creation, as h5py's `track_order` does
  explicit FrameworkFile(const std::filesystem::path& path, bool ordered = false);

  void group(const std::string& path);
  /// @param values none: the data set takes no room in the file and reads as zeros
  void data_set(const std::string& path, const pruning::Shape& shape, const std::vector<double>& values,
                const Storage& storage = {});
  void text_data_set(const std::string& path, const std::string& value);
  /// One attribute that holds an array of strings.
  void strings(const std::string& object, const std::string& name, const std::vector<std::string>& values,
               Strings kind = Strings::fixed);
  /// One attribute that holds one string.
  void string(const std::string& object, const std::string& name, const std::string& value,
              Strings kind = Strings::fixed);
  /// What h5py makes of an empty list: an array of no numbers.
  void empty_list(const std::string& object, const std::string& name);
  void number(const std::string& object, const std::string& name, double value);

  /// Keras 2: the layer's group, its attribute `weight_names` and the weights named so.
  struct Weight {
    std::string name;
    pruning::Shape shape;
    std::vector<double> values;
  };
  void keras2_layer(const std::string& layer, const std::vector<Weight>& weights, const std::string& root = "");

 private:
  void write_strings(const std::string& object, const std::string& name, const std::vector<std::string>& values,
                     Strings kind, bool array);
  pruning::Hdf5Handle file_;
  bool ordered_;
};

/// A number that tells where a weight belongs: unlike for all weights of up to 5 x 5 x 5 x 5, never 0, and exact
/// in every type.
double tag(std::int64_t k, std::int64_t c, std::int64_t r, std::int64_t s);

/// Tagged weights of K x C x R x S filters in the order of a framework.
std::vector<double> oihw(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S);
std::vector<double> oihw_flipped(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S);
std::vector<double> hwio(std::int64_t K, std::int64_t C, std::int64_t R, std::int64_t S);
/// Depthwise H, W, C, M: M outputs of each channel, K = C M; tags have c = 0.
std::vector<double> hwcm(std::int64_t C, std::int64_t M, std::int64_t R, std::int64_t S);
/// Fully connected (in, out).
std::vector<double> in_out(std::int64_t K, std::int64_t C);

/// The tags in k, c, r, s order, as they are to be read.
std::vector<float> tags(std::int64_t K, std::int64_t C, std::int64_t R = 1, std::int64_t S = 1);

/// A directory for one test, removed at its end.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Names of what it holds, sorted.
  [[nodiscard]] std::vector<std::string> names() const;

 private:
  std::filesystem::path path_;
};

/// The message of the InputError that `action` throws, without `directory` in front.
template <class Action>
std::string input_error(const TemporaryDirectory& directory, const Action& action) {
  try {
    action();
  } catch (const pruning::InputError& error) {
    const std::string prefix = directory.path().string() + '/';
    const std::string message = error.what();
    return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
  }
  return "no InputError";
}

}  // namespace support
