#pragma once

#include <span>
#include <string_view>

namespace sim {

/// A file of the source tree that is built into the program.
struct EmbeddedText {
  std::string_view name;  ///< file name without extension, by which a run file can refer to it
  std::string_view text;
};

/// The tables of configs/energy; the first is the default.
std::span<const EmbeddedText> built_in_energy_tables();

}  // namespace sim
