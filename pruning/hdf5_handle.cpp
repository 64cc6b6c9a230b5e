#include "pruning/hdf5_handle.hpp"

#include <algorithm>

namespace pruning {
namespace {

herr_t keep_first(unsigned position, const H5E_error2_t* error, void* message) {
  if (position == 0 && error->desc != nullptr) *static_cast<std::string*>(message) = error->desc;
  return 0;
}

}  // namespace

Hdf5ErrorScope::Hdf5ErrorScope() {
  // What a damaged file leaves behind, the library would try in vain to close at the end of the process, and print
  // that. All that is of value is closed by its handle. Only the first call counts.
  H5dont_atexit();
  H5Eget_auto2(H5E_DEFAULT, &print_, &print_data_);
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

Hdf5ErrorScope::~Hdf5ErrorScope() {
  H5Eset_auto2(H5E_DEFAULT, print_, print_data_);
}

std::string Hdf5ErrorScope::message() const {
  std::string message = "the HDF5 library does not say why";
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, &message);
  std::replace(message.begin(), message.end(), '\n', ' ');
  return message;
}

}  // namespace pruning
