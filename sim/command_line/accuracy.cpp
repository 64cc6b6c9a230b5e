#include <charconv>
#include <iostream>

#include "sim/command_accuracy.hpp"
#include "sim/command_line/commands.hpp"
#include "sim/command_line/lessons.hpp"

namespace command_line {

namespace po = boost::program_options;

int accuracy(const Words& arguments) {
  Usage usage("accuracy WEIGHTS.h5 --network NETWORK.yaml [options]",
              "Tests a network that was trained on drawn images, also with its weights in few bits.");
  usage.options.add_options()                                                                                        //
      ("network", po::value<std::string>()->required()->value_name("NETWORK.yaml"), "network of the weights")        //
      ("bits", po::value<Words>()->value_name("N,N"), "bits of a weight: 1 to 8 (shared values), 16 (fixed point)")  //
      ("output,o", po::value<std::string>()->value_name("FILE.csv"), "table to write");
  add_lesson_options(usage, false);
  const auto values = usage.parse(arguments, "WEIGHTS.h5", 1, 1);
  if (!values) return success;

  sim::AccuracyOptions options;
  options.weights = first_operand(*values, "WEIGHTS.h5");
  options.network = (*values)["network"].as<std::string>();
  options.lessons = lessons_of(*values);
  options.output = value_or(*values, "output", std::string());
  for (const std::string& word : split_at_commas(value_or(*values, "bits", Words()))) {
    int bits = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bits);
    if (error != std::errc() || end != word.data() + word.size()) {
      throw UsageError("--bits: must be numbers with commas between, got '" + word + "'");
    }
    options.bits.push_back(bits);
  }
  sim::measure_accuracy(options, std::cout);
  return success;
}

}  // namespace command_line
