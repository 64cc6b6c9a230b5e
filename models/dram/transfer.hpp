#pragma once

#include <cstdint>
#include <span>
#include <tlm>

#include "models/dram/memory_interface.hpp"

namespace dram {

/// What the generic payload cannot say of a transfer: its kind, its size in bits, since compressed streams do not end
/// at bytes (the payload's length is that in bytes, rounded up), and the parts that end within it, each of which a
/// machine can use as soon as it is across. A memory may ignore it: then its parts are there when the whole transfer
/// is.
struct Transfer : tlm::tlm_extension<Transfer> {
  Kind kind = Kind::weights;
  std::int64_t begin = 0;                   ///< bits before it, of all that is moved in successive transfers
  std::int64_t end = 0;                     ///< the same with its own
  std::span<const std::int64_t> part_ends;  ///< rising, counted likewise
  std::span<std::uint64_t> part_delays;     ///< of these: what the memory would annotate if the transfer ended there,
                                            ///< in units of the time resolution
  bool parts_timed = false;                 ///< whether the memory filled in `part_delays`

  [[nodiscard]] std::int64_t bits() const { return end - begin; }
  [[nodiscard]] tlm::tlm_extension_base* clone() const override { return new Transfer(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override { *this = static_cast<const Transfer&>(other); }
};

}  // namespace dram
