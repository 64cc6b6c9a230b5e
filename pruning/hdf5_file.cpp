#include "pruning/hdf5_file.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <utility>

#include "pruning/hdf5_handle.hpp"
#include "pruning/input_error.hpp"

namespace pruning {

struct Hdf5File::Contents {
  std::filesystem::path path;
  Hdf5Handle file;
  std::vector<DataSet> data_sets;
  std::vector<std::string> groups;
  std::map<std::string, std::size_t, std::less<>> positions;  ///< of `data_sets`
  std::set<std::string, std::less<>> group_set;
};

namespace {

constexpr std::int64_t most_elements = std::int64_t{1} << 31;

std::string type_name(hid_t type) {
  const auto bits = [type] { return std::to_string(H5Tget_precision(type)); };
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return "float" + bits();
    case H5T_INTEGER:
      return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + bits();
    case H5T_STRING:
      return "string";
    case H5T_COMPOUND:
      return "table";
    default:
      return "other";
  }
}

std::vector<std::string> column_names(hid_t type) {
  std::vector<std::string> names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    char* name = H5Tget_member_name(type, static_cast<unsigned>(i));
    if (name != nullptr) names.emplace_back(name);
    H5free_memory(name);
  }
  return names;
}

Shape shape_of(hid_t space) {
  if (H5Sget_simple_extent_type(space) == H5S_NULL) return {0};
  const int rank = H5Sget_simple_extent_ndims(space);
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(0, rank)));
  if (!extents.empty()) H5Sget_simple_extent_dims(space, extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

herr_t add_name(hid_t, const char* name, const H5L_info_t* info, void* names) {
  if (info->type == H5L_TYPE_HARD) static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

/// Position of the element `index` of a row-major tensor, as `[1, 0, 2]`.
std::string position_text(std::int64_t index, const Shape& shape) {
  std::string text;
  for (auto extent = shape.rbegin(); extent != shape.rend(); ++extent) {
    text = std::to_string(index % *extent) + (text.empty() ? "" : ", ") + text;
    index /= *extent;
  }
  return '[' + text + ']';
}

/// Strings out of a buffer of elements of fixed length, which may be padded with zeros or blanks.
std::vector<std::string> fixed_strings(const std::vector<char>& buffer, std::size_t length, bool blanks) {
  std::vector<std::string> strings;
  for (std::size_t at = 0; at + length <= buffer.size(); at += length) {
    std::string text(buffer.data() + at, length);
    text.resize(std::min(text.size(), text.find('\0')));
    if (blanks) text.erase(text.find_last_not_of(' ') + 1);
    strings.push_back(std::move(text));
  }
  return strings;
}

}  // namespace

bool Hdf5File::DataSet::holds_integers() const {
  return type.starts_with("int") || type.starts_with("uint");
}
bool Hdf5File::DataSet::holds_numbers() const {
  return holds_integers() || type.starts_with("float");
}

Hdf5File::~Hdf5File() = default;
Hdf5File::Hdf5File(Hdf5File&&) noexcept = default;
Hdf5File& Hdf5File::operator=(Hdf5File&&) noexcept = default;

Hdf5File::Hdf5File(std::filesystem::path path) : contents_(std::make_unique<Contents>()) {
  contents_->path = std::move(path);
  const std::filesystem::path& file = contents_->path;
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) fail({}, "no such file");
  if (std::filesystem::is_directory(status)) fail({}, "is a directory, not an HDF5 file");
  if (!std::ifstream(file)) fail({}, "cannot be opened for reading");

  const Hdf5ErrorScope errors;
  if (H5Fis_hdf5(file.c_str()) <= 0) fail({}, "is not an HDF5 file");
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS));
  // Locks keep files on network file systems from being read at all, and protect nothing that is only read.
  H5Pset_file_locking(access.get(), false, true);
  contents_->file = Hdf5Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!contents_->file.valid()) fail({}, "is damaged: " + errors.message());

  std::set<haddr_t> open_groups;  // a group can be linked below itself
  const std::function<void(hid_t, const std::string&)> list = [&](hid_t object, const std::string& name) {
    const auto check = [&](bool good) {
      if (!good) fail(name, "is damaged: " + errors.message());
    };
    if (H5Iget_type(object) == H5I_DATASET) {
      const Hdf5Handle space(H5Dget_space(object));
      const Hdf5Handle type(H5Dget_type(object));
      check(space.valid() && type.valid());
      contents_->positions.emplace(name, contents_->data_sets.size());
      contents_->data_sets.push_back(
          {name, shape_of(space.get()), type_name(type.get()),
           H5Tget_class(type.get()) == H5T_COMPOUND ? column_names(type.get()) : std::vector<std::string>{}});
      return;
    }
    if (H5Iget_type(object) != H5I_GROUP) return;
    H5O_info_t info;
    check(H5Oget_info2(object, &info, H5O_INFO_BASIC) >= 0);
    if (!open_groups.insert(info.addr).second) return;
    if (!name.empty()) {
      contents_->groups.push_back(name);
      contents_->group_set.insert(name);
    }

    unsigned order_flags = 0;
    const Hdf5Handle creation(H5Gget_create_plist(object));
    check(creation.valid() && H5Pget_link_creation_order(creation.get(), &order_flags) >= 0);
    const bool ordered = (order_flags & H5P_CRT_ORDER_TRACKED) != 0;
    std::vector<std::string> children;
    check(H5Literate(object, ordered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME, H5_ITER_INC, nullptr, add_name, &children) >=
          0);
    if (!ordered) std::stable_sort(children.begin(), children.end(), natural_less);
    for (const std::string& child : children) {
      const Hdf5Handle opened(H5Oopen(object, child.c_str(), H5P_DEFAULT));
      const std::string child_name = name.empty() ? child : name + '/' + child;
      if (!opened.valid()) fail(child_name, "is damaged: " + errors.message());
      list(opened.get(), child_name);
    }
    open_groups.erase(info.addr);
  };
  const Hdf5Handle root(H5Gopen2(contents_->file.get(), "/", H5P_DEFAULT));
  if (!root.valid()) fail({}, "is damaged: " + errors.message());
  list(root.get(), {});
}

const std::filesystem::path& Hdf5File::path() const {
  return contents_->path;
}
const std::vector<Hdf5File::DataSet>& Hdf5File::data_sets() const {
  return contents_->data_sets;
}
const std::vector<std::string>& Hdf5File::groups() const {
  return contents_->groups;
}

const Hdf5File::DataSet* Hdf5File::find(std::string_view path) const {
  const auto found = contents_->positions.find(path);
  return found == contents_->positions.end() ? nullptr : &contents_->data_sets[found->second];
}

bool Hdf5File::has_group(std::string_view path) const {
  return path.empty() || contents_->group_set.find(path) != contents_->group_set.end();
}

const Hdf5File::DataSet& Hdf5File::at(std::string_view path) const {
  const DataSet* found = find(path);
  if (found == nullptr) fail(path, "no such data set");
  return *found;
}

namespace {

/// Reads a whole data set as elements of `memory_type`.
template <class T>
Tensor<T> read_as(const Hdf5File& file, hid_t id, const Hdf5File::DataSet& set, hid_t memory_type) {
  std::int64_t elements = 1;
  for (const std::int64_t extent : set.shape) {
    if (extent > 0 && elements > most_elements / extent)
      file.fail(set.path, text_of(set.shape) + " values are too many");
    elements *= extent;
  }
  Tensor<T> tensor(set.shape);
  if (tensor.values.empty()) return tensor;
  const Hdf5ErrorScope errors;
  const Hdf5Handle opened(H5Dopen2(id, set.path.c_str(), H5P_DEFAULT));
  if (!opened.valid() || H5Dread(opened.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.values.data()) < 0) {
    file.fail(set.path, "its values cannot be read: " + errors.message());
  }
  return tensor;
}

}  // namespace

Tensor<float> Hdf5File::read(std::string_view data_set) const {
  const DataSet& set = at(data_set);
  if (!set.holds_numbers()) fail(set.path, "holds values of type " + set.type + "; float or integer is needed");
  return read_as<float>(*this, contents_->file.get(), set, H5T_NATIVE_FLOAT);
}

Tensor<float> Hdf5File::read_finite(std::string_view data_set) const {
  Tensor<float> tensor = read(data_set);
  const auto bad =
      std::find_if(tensor.values.begin(), tensor.values.end(), [](float value) { return !std::isfinite(value); });
  if (bad != tensor.values.end()) {
    const std::string value = std::isnan(*bad) ? "nan" : *bad < 0 ? "-inf" : "inf";
    fail(data_set, "the value at " + position_text(bad - tensor.values.begin(), tensor.shape) + " is " + value +
                       "; a finite float32 number is needed");
  }
  return tensor;
}

Tensor<std::int64_t> Hdf5File::read_integers(std::string_view data_set) const {
  const DataSet& set = at(data_set);
  if (!set.holds_integers()) fail(set.path, "holds values of type " + set.type + "; integer is needed");
  return read_as<std::int64_t>(*this, contents_->file.get(), set, H5T_NATIVE_INT64);
}

std::optional<std::vector<std::string>> Hdf5File::string_attribute(const std::string& object,
                                                                   const std::string& name) const {
  const Hdf5ErrorScope errors;
  const std::string path = '/' + object;
  const std::string key = object.empty() ? '@' + name : object + '@' + name;
  const htri_t exists = H5Aexists_by_name(contents_->file.get(), path.c_str(), name.c_str(), H5P_DEFAULT);
  if (exists < 0) fail(object, "is damaged: " + errors.message());
  if (exists == 0) return std::nullopt;

  const Hdf5Handle attribute(
      H5Aopen_by_name(contents_->file.get(), path.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  if (!attribute.valid()) fail(key, "is damaged: " + errors.message());
  const Hdf5Handle type(H5Aget_type(attribute.get()));
  const Hdf5Handle space(H5Aget_space(attribute.get()));
  if (!type.valid() || !space.valid()) fail(key, "is damaged: " + errors.message());
  const auto count = static_cast<std::size_t>(element_count(shape_of(space.get())));
  if (count == 0) return std::vector<std::string>{};
  if (H5Tget_class(type.get()) != H5T_STRING) {
    fail(key, "holds values of type " + type_name(type.get()) + "; string is needed");
  }

  if (H5Tis_variable_str(type.get()) <= 0) {
    const std::size_t length = H5Tget_size(type.get());
    std::vector<char> buffer(count * length);
    if (H5Aread(attribute.get(), type.get(), buffer.data()) < 0) fail(key, "is damaged: " + errors.message());
    return fixed_strings(buffer, length, H5Tget_strpad(type.get()) == H5T_STR_SPACEPAD);
  }
  std::vector<char*> pointers(count, nullptr);
  if (H5Aread(attribute.get(), type.get(), static_cast<void*>(pointers.data())) < 0) {
    fail(key, "is damaged: " + errors.message());
  }
  std::vector<std::string> strings;
  for (const char* pointer : pointers) strings.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, static_cast<void*>(pointers.data()));
  return strings;
}

void Hdf5File::fail(std::string_view object, const std::string& problem) const {
  throw InputError({.file = contents_->path.string(), .key = std::string(object)}, problem);
}

std::string text_of(const Shape& shape) {
  std::string text;
  for (const std::int64_t extent : shape) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text.empty() ? "one value" : text;
}

bool natural_less(std::string_view a, std::string_view b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  const auto number = [&](std::string_view& text) {
    std::size_t length = 0;
    while (length < text.size() && digit(text[length])) ++length;
    std::string_view digits = text.substr(0, length);
    text.remove_prefix(length);
    digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
  };
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (digit(a.front()) && digit(b.front())) {
      const std::string_view number_a = number(a);
      const std::string_view number_b = number(b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // equal but for leading zeros
}

}  // namespace pruning
