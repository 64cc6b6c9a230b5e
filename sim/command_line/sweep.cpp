#include <cinttypes>
#include <cstdio>
#include <iostream>
#include <memory>
#include <optional>

#include "sim/command_line/commands.hpp"
#include "sim/command_sweep.hpp"
#include "sim/interruption.hpp"
#include "sim/sweep/rank_simulation.hpp"

namespace command_line {

namespace po = boost::program_options;

namespace {

sim::Shard shard_of(const std::string& text) {
  sim::Shard shard;
  char rest = 0;
  if (std::sscanf(text.c_str(), "%6" SCNd64 "/%6" SCNd64 "%c", &shard.index, &shard.count, &rest) != 2 ||
      shard.index < 1 || shard.index > shard.count) {
    throw UsageError("--shard: must be I/N with I from 1 to N, got '" + text + "'");
  }
  return shard;
}

}  // namespace

int sweep(const Words& arguments) {
  Usage usage("sweep SWEEP.yaml [options]",
              "Simulates the points of a design space and adds them to a database; given again, it goes on.\n"
              "Under mpirun or srun the ranks share the points; with mpirun --enable-recovery, also when some die.");
  usage.options.add_options()                                                                           //
      ("output", po::value<std::string>()->value_name("FILE.db"), "database (default out/<sweep>.db)")  //
      ("jobs", po::value<std::int64_t>()->value_name("N"), "processes to use (default 1)")              //
      ("shard", po::value<std::string>()->value_name("I/N"),
       "only part I of N of the points, into a database of its own; see merge")  //
      ("dry-run", "print the points and how long they would take");
  const auto values = usage.parse(arguments, "SWEEP.yaml", 1, 1);
  if (!values) return success;

  sim::SweepCommand command;
  command.file = first_operand(*values, "SWEEP.yaml");
  if (values->count("output") > 0) command.output = (*values)["output"].as<std::string>();
  command.jobs = jobs_of(*values);
  if (values->count("shard") > 0) command.shard = shard_of((*values)["shard"].as<std::string>());
  if (values->count("dry-run") > 0) {
    sim::sweep_dry_run(command, std::cout);
    return success;
  }

  const std::unique_ptr<sim::Ranks> ranks = sim::ranks_of_this_job();
  if (ranks && command.jobs > 1) {
    throw UsageError("--jobs: every rank is a process of its own; start more ranks instead");
  }
  const bool leads = !ranks || ranks->rank() == 0;
  sim::end_on_interrupt(leads ? "\nscnn-sim: interrupted; the same command goes on from the points that are done\n"
                              : "");
  bool complete = true;
  if (leads) {
    std::optional<sim::LeadOverRanks> lead;
    if (ranks) lead.emplace(*ranks);
    command.ranks = ranks.get();
    complete = sim::sweep(command, std::cout);
  } else {
    sim::simulate_for_rank_0(command.file, *ranks);
  }
  if (ranks) ranks->finish();
  if (complete) return success;
  std::cerr << "scnn-sim: some points could not be simulated; the same command tries them again\n";
  return failure;
}

}  // namespace command_line
