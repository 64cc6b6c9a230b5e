#pragma once

#include <cstdint>

#include "pruning/compressed_stream.hpp"

namespace support {

inline std::int64_t stream_bits(const pruning::CompressedStream& stream, int index_bits) {
  std::int64_t bits = 0;
  for (const pruning::StreamElement& element : stream) bits += element.bits(index_bits);
  return bits;
}

}  // namespace support
