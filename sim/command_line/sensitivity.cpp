#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_line/lessons.hpp"
#include "sim/command_sensitivity.hpp"

namespace command_line {

namespace po = boost::program_options;

int sensitivity(const Words& arguments) {
  Usage usage("sensitivity WEIGHTS.h5 --network NETWORK.yaml --granularity G -o DENSITIES.csv [options]",
              "Finds how far each layer alone can be pruned without retraining, for prune --density.");
  usage.options.add_options()                                                                                   //
      ("network", po::value<std::string>()->required()->value_name("NETWORK.yaml"), "network of the weights")   //
      ("granularity", po::value<std::string>()->required()->value_name("G"), "fine, vector, kernel or filter")  //
      ("loss", po::value<double>()->value_name("X"), "accuracy that a layer may cost, a share (default 0.01)")  //
      ("output,o", po::value<std::string>()->required()->value_name("DENSITIES.csv"), "table to write");
  add_lesson_options(usage, false);
  const auto values = usage.parse(arguments, "WEIGHTS.h5", 1, 1);
  if (!values) return success;

  sim::SensitivityOptions options;
  options.weights = first_operand(*values, "WEIGHTS.h5");
  options.network = (*values)["network"].as<std::string>();
  options.granularity = granularity_of(*values);
  options.loss = value_or(*values, "loss", options.loss);
  options.lessons = lessons_of(*values);
  options.output = (*values)["output"].as<std::string>();
  sim::scan_sensitivity(options, std::cout);
  return success;
}

}  // namespace command_line
