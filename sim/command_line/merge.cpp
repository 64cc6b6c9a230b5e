#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_sweep.hpp"

namespace command_line {

namespace po = boost::program_options;

int merge(const Words& arguments) {
  Usage usage("merge DB... -o MERGED.db", "Puts the points of databases of one sweep, its shards, into a new one.");
  usage.options.add_options()("output,o", po::value<std::string>()->required()->value_name("MERGED.db"),
                              "database to make");
  const auto values = usage.parse(arguments, "DB", 1, 100'000);
  if (!values) return success;
  const Words& databases = (*values)["DB"].as<Words>();
  sim::merge_sweeps({databases.begin(), databases.end()}, (*values)["output"].as<std::string>(), std::cout);
  return success;
}

}  // namespace command_line
