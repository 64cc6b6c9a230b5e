#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_storage.hpp"

namespace command_line {

namespace po = boost::program_options;

int storage(const Words& arguments) {
  Usage usage(
      "storage CONFIG.yaml -o LAYERS.csv [options]",
      "Reckons what the pruning of a run file leaves of its weights, layer by layer, without reading a tensor.");
  usage.options.add_options()                                                                                //
      ("output,o", po::value<std::string>()->required()->value_name("LAYERS.csv"), "file to write")          //
      ("set", po::value<Words>()->value_name("KEY=VALUE"), "set a key of the run file, dotted; repeatable")  //
      ("layers", po::value<Words>()->value_name("NAME,NAME"), "these layers only");
  const auto values = usage.parse(arguments, "CONFIG.yaml", 1, 1);
  if (!values) return success;

  sim::StorageCommand command;
  command.file = first_operand(*values, "CONFIG.yaml");
  command.output = (*values)["output"].as<std::string>();
  command.options.set = value_or(*values, "set", Words());
  command.options.layers = layers_of(*values);
  sim::storage(command, std::cout);
  return success;
}

}  // namespace command_line
