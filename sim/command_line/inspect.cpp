#include <iostream>

#include "sim/command_inspect.hpp"
#include "sim/command_line/commands.hpp"

namespace command_line {

int inspect(const Words& arguments) {
  const Usage usage("inspect FILE.h5", "Prints what a weights, activations or results file holds.");
  const auto values = usage.parse(arguments, "FILE.h5", 1, 1);
  if (values) sim::inspect(first_operand(*values, "FILE.h5"), std::cout);
  return success;
}

}  // namespace command_line
