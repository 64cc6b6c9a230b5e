#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_line/lessons.hpp"
#include "sim/command_train.hpp"

namespace command_line {

namespace po = boost::program_options;

int train(const Words& arguments) {
  Usage usage("train NETWORK.yaml -o WEIGHTS.h5 [options]",
              "Trains a network on drawn images of ten shapes; given again after an interruption, it goes on.");
  usage.options.add_options()                                                                           //
      ("output,o", po::value<std::string>()->required()->value_name("WEIGHTS.h5"), "weights to write")  //
      ("images", po::value<std::string>()->value_name("FILE.h5"), "activations file to write, with 16 test images");
  add_lesson_options(usage, true);
  const auto values = usage.parse(arguments, "NETWORK.yaml", 1, 1);
  if (!values) return success;

  sim::TrainOptions options;
  options.network = first_operand(*values, "NETWORK.yaml");
  options.output = (*values)["output"].as<std::string>();
  options.images = value_or(*values, "images", std::string());
  options.lessons = lessons_of(*values);
  options.epochs = value_or(*values, "epochs", options.epochs);
  options.learning_rate = value_or(*values, "learning-rate", options.learning_rate);
  sim::train_network(options, std::cout);
  return success;
}

}  // namespace command_line
