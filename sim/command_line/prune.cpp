#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_line/lessons.hpp"
#include "sim/command_prune.hpp"
#include "sim/command_retrain.hpp"

namespace command_line {

namespace po = boost::program_options;

namespace {

constexpr const char* retraining_options[] = {
    "network", "steps",         "least-accuracy", "log",   "keep",     "seed",       "epochs", "epoch-images",
    "batch",   "learning-rate", "test-images",    "noise", "contrast", "least-size", "slant",  "specks"};

sim::RetrainOptions retraining_of(const Values& values, const sim::PruneOptions& prune) {
  if (values.count("network") == 0) throw UsageError("--retrain needs --network NETWORK.yaml");
  sim::RetrainOptions options;
  options.prune = prune;
  options.network = values["network"].as<std::string>();
  options.lessons = lessons_of(values);
  options.steps = value_or(values, "steps", options.steps);
  options.epochs = value_or(values, "epochs", options.epochs);
  options.learning_rate = value_or(values, "learning-rate", options.learning_rate);
  options.least_accuracy = value_or(values, "least-accuracy", options.least_accuracy);
  options.log = value_or(values, "log", std::string());
  options.keep = value_or(values, "keep", std::string());
  return options;
}

}  // namespace

int prune(const Words& arguments) {
  Usage usage("prune WEIGHTS.h5 --granularity G --density D -o OUT.h5 [options]",
              "Prunes trained weights and writes them, with their masks, in the layout that they came in.");
  usage.options.add_options()                                                                                         //
      ("granularity", po::value<std::string>()->required()->value_name("G"), "none, fine, vector, kernel or filter")  //
      ("density", po::value<std::string>()->value_name("D"),
       "share of grains to keep: a number, NAME=D,...,default=D, or a CSV file with columns layer,density")      //
      ("exempt", po::value<Words>()->value_name("NAME,NAME"), "leave these layers as they are")                  //
      ("output,o", po::value<std::string>()->required()->value_name("OUT.h5"), "file to write")                  //
      ("weight-bits", po::value<int>()->value_name("N"), "bits of a stored weight (default 8)")                  //
      ("index-bits", po::value<int>()->value_name("N"), "bits of a stored index (default 4)")                    //
      ("retrain", "prune in steps, and retrain after each on drawn images; see train")                           //
      ("network", po::value<std::string>()->value_name("NETWORK.yaml"), "network of the weights, to retrain")    //
      ("steps", po::value<std::int64_t>()->value_name("N"), "steps of pruning and retraining (default 5)")       //
      ("least-accuracy", po::value<double>()->value_name("X"), "end before the step that falls below, a share")  //
      ("log", po::value<std::string>()->value_name("FILE.csv"), "density and accuracy of every step")            //
      ("keep", po::value<std::string>()->value_name("DIR"), "directory for the weights after every step");
  add_lesson_options(usage, true);
  const auto values = usage.parse(arguments, "WEIGHTS.h5", 1, 1);
  if (!values) return success;

  sim::PruneOptions options;
  options.weights = first_operand(*values, "WEIGHTS.h5");
  options.output = (*values)["output"].as<std::string>();
  options.density = value_or(*values, "density", std::string());
  options.exempt = split_at_commas(value_or(*values, "exempt", Words()));
  options.weight_bits = value_or(*values, "weight-bits", options.weight_bits);
  options.index_bits = value_or(*values, "index-bits", options.index_bits);
  options.granularity = granularity_of(*values);
  if (values->count("retrain") > 0) {
    sim::retrain(retraining_of(*values, options), std::cout);
    return success;
  }
  for (const char* option : retraining_options) {
    if (values->count(option) > 0) throw UsageError(std::string("--") + option + ": is of use with --retrain alone");
  }
  sim::prune(options, std::cout);
  return success;
}

}  // namespace command_line
