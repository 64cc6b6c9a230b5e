#pragma once

#include <cstdint>
#include <tlm>

#include "models/dram/memory_interface.hpp"

namespace dram {

/// What the generic payload cannot say of a transfer: its kind, and its size in bits, since compressed streams do not
/// end at bytes; the payload's length is that in bytes, rounded up. A memory may ignore it.
struct Transfer : tlm::tlm_extension<Transfer> {
  Kind kind = Kind::weights;
  std::int64_t bits = 0;

  [[nodiscard]] tlm::tlm_extension_base* clone() const override { return new Transfer(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const Transfer&>(other); }
};

}  // namespace dram
