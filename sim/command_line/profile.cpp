#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_profile.hpp"

namespace command_line {

namespace po = boost::program_options;

int profile(const Words& arguments) {
  Usage usage("profile CONFIG.yaml -o PROFILE.csv [options]",
              "Measures densities and clustering of the weights and activations of a run file, layer by layer.");
  usage.options.add_options()                                                                                //
      ("output,o", po::value<std::string>()->required()->value_name("PROFILE.csv"), "file to write")         //
      ("set", po::value<Words>()->value_name("KEY=VALUE"), "set a key of the run file, dotted; repeatable")  //
      ("layers", po::value<Words>()->value_name("NAME,NAME"), "measure these layers only");
  const auto values = usage.parse(arguments, "CONFIG.yaml", 1, 1);
  if (!values) return success;

  sim::ProfileCommand command;
  command.file = first_operand(*values, "CONFIG.yaml");
  command.output = (*values)["output"].as<std::string>();
  command.options.set = value_or(*values, "set", Words());
  command.options.layers = layers_of(*values);
  sim::profile(command, std::cout);
  return success;
}

}  // namespace command_line
