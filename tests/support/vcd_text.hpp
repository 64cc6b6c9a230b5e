#pragma once

#include <string>

#include "models/scnn/waveform.hpp"

namespace support {

/// All that a waveform writes.
inline std::string vcd_text(const scnn::Waveform& waveform, std::string_view comment, double clock_ghz) {
  std::string text;
  waveform.write(comment, clock_ghz, [&](std::string_view part) { text += part; });
  return text;
}

}  // namespace support
