#include <iostream>
#include <utility>

#include "sim/command_line/commands.hpp"
#include "sim/comparison.hpp"

namespace command_line {

int compare(const Words& arguments) {
  const Usage usage("compare DIR...", "Prints the results of several runs side by side, from their directories.");
  const auto values = usage.parse(arguments, "DIR", 1, 1000);
  if (!values) return success;
  std::vector<sim::LoadedRun> runs;
  for (const auto& directory : (*values)["DIR"].as<Words>()) {
    for (sim::LoadedRun& run : sim::load_runs(directory)) runs.push_back(std::move(run));
  }
  std::cout << sim::compare(runs);
  return success;
}

}  // namespace command_line
