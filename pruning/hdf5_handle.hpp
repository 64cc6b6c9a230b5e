#pragma once

#include <hdf5.h>

#include <string>
#include <utility>

namespace pruning {

/// Owns an identifier of the HDF5 library, of whatever kind.
class Hdf5Handle {
 public:
  Hdf5Handle() = default;
  /// @param id may be negative, the library's sign of failure
  explicit Hdf5Handle(hid_t id) : id_(id) {}
  Hdf5Handle(Hdf5Handle&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  Hdf5Handle& operator=(Hdf5Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Hdf5Handle() {
    if (id_ >= 0) H5Idec_ref(id_);
  }

  [[nodiscard]] hid_t get() const { return id_; }
  [[nodiscard]] bool valid() const { return id_ >= 0; }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

/// While one of these lives, the HDF5 library does not print its errors; `message()` tells them instead.
class Hdf5ErrorScope {
 public:
  Hdf5ErrorScope();
  ~Hdf5ErrorScope();
  Hdf5ErrorScope(const Hdf5ErrorScope&) = delete;
  Hdf5ErrorScope& operator=(const Hdf5ErrorScope&) = delete;

  /// The innermost message of the call that failed last, in one line.
  [[nodiscard]] std::string message() const;

 private:
  H5E_auto2_t print_ = nullptr;
  void* print_data_ = nullptr;
};

}  // namespace pruning
