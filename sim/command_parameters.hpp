#pragma once

#include <ostream>

namespace sim {

/// Prints every accelerator parameter with default, range, unit and meaning.
void list_parameters(std::ostream& out);

}  // namespace sim
