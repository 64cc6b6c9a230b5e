#pragma once

#include <stdexcept>
#include <string>

namespace models {

/// What must hold at the end of every layer. @throws std::logic_error that names what did not
inline void require(bool holds, const char* invariant) {
  if (!holds) throw std::logic_error(std::string("the simulation broke an invariant: ") + invariant);
}

}  // namespace models
