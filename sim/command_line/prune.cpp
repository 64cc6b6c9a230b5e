#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_prune.hpp"

namespace command_line {

namespace po = boost::program_options;

int prune(const Words& arguments) {
  Usage usage("prune WEIGHTS.h5 --granularity G --density D -o OUT.h5 [options]",
              "Prunes trained weights and writes them, with their masks, in the layout that they came in.");
  usage.options.add_options()                                                                                         //
      ("granularity", po::value<std::string>()->required()->value_name("G"), "none, fine, vector, kernel or filter")  //
      ("density", po::value<std::string>()->value_name("D"),
       "share of grains to keep: a number, NAME=D,...,default=D, or a CSV file with columns layer,density")  //
      ("exempt", po::value<Words>()->value_name("NAME,NAME"), "leave these layers as they are")              //
      ("output,o", po::value<std::string>()->required()->value_name("OUT.h5"), "file to write")              //
      ("weight-bits", po::value<int>()->value_name("N"), "bits of a stored weight (default 8)")              //
      ("index-bits", po::value<int>()->value_name("N"), "bits of a stored index (default 4)");
  const auto values = usage.parse(arguments, "WEIGHTS.h5", 1, 1);
  if (!values) return success;

  sim::PruneOptions options;
  options.weights = first_operand(*values, "WEIGHTS.h5");
  options.output = (*values)["output"].as<std::string>();
  options.density = value_or(*values, "density", std::string());
  options.exempt = split_at_commas(value_or(*values, "exempt", Words()));
  options.weight_bits = value_or(*values, "weight-bits", options.weight_bits);
  options.index_bits = value_or(*values, "index-bits", options.index_bits);
  Words granularities;
  for (const auto g : {pruning::Granularity::none, pruning::Granularity::fine, pruning::Granularity::vector,
                       pruning::Granularity::kernel, pruning::Granularity::filter}) {
    granularities.emplace_back(pruning::name_of(g));
  }
  options.granularity = static_cast<pruning::Granularity>(
      choice_of("--granularity", (*values)["granularity"].as<std::string>(), granularities));
  sim::prune(options, std::cout);
  return success;
}

}  // namespace command_line
