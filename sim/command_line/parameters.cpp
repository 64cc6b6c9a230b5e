#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_parameters.hpp"

namespace command_line {

int parameters(const Words& arguments) {
  const Usage usage("parameters", "Lists every accelerator parameter with default, allowed values, unit and meaning.");
  const auto values = usage.parse(arguments, "operand", 0, 0);
  if (values) sim::list_parameters(std::cout);
  return success;
}

}  // namespace command_line
