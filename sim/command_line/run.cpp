#include <fmt/format.h>

#include <iostream>

#include "sim/command_line/commands.hpp"
#include "sim/command_run.hpp"
#include "sim/interruption.hpp"
#include "sim/progress_display.hpp"

namespace command_line {

namespace po = boost::program_options;

namespace {

std::optional<sim::TraceOptions> trace_options(const Values& values) {
  if (values.count("trace") == 0) {
    for (const char* option : {"trace-layer", "trace-pe", "trace-cycles"}) {
      if (values.count(option) > 0) throw UsageError(fmt::format("--{} goes with --trace FILE.vcd", option));
    }
    return std::nullopt;
  }
  sim::TraceOptions trace;
  trace.file = values["trace"].as<std::string>();
  trace.layer = value_or(values, "trace-layer", trace.layer);
  trace.pe = value_or(values, "trace-pe", trace.pe);
  trace.cycles = value_or(values, "trace-cycles", trace.cycles);
  return trace;
}

}  // namespace

int run(const Words& arguments) {
  Usage usage("run CONFIG.yaml [options]",
              "Simulates the layers of a run file, prints the tables and writes the result directory.");
  usage.options.add_options()                                                                                  //
      ("set", po::value<Words>()->value_name("KEY=VALUE"), "set a key of the run file, dotted; repeatable")    //
      ("layers", po::value<Words>()->value_name("NAME,NAME"), "simulate these layers only")                    //
      ("output", po::value<std::string>()->value_name("DIR"), "result directory")                              //
      ("overwrite", "replace the result directory of an earlier run")                                          //
      ("jobs", po::value<std::int64_t>()->value_name("N"), "processes to use (default 1)")                     //
      ("timing-only", "no arithmetic: the same counts, faster")                                                //
      ("detailed", "evaluate the machine block by block: the same results, slower")                            //
      ("trace", po::value<std::string>()->value_name("FILE.vcd"), "write a waveform of a PE, block by block")  //
      ("trace-layer", po::value<std::string>()->value_name("NAME"),
       "layer to trace, its first pass on the first image (default: the first simulated)")                    //
      ("trace-pe", po::value<std::int64_t>()->value_name("N"), "PE to trace (default 0)")                     //
      ("trace-cycles", po::value<std::string>()->value_name("FROM:TO"), "cycles to trace (default 0:10000)")  //
      ("quiet", "no progress and no tables, only the result directory");
  const auto values = usage.parse(arguments, "CONFIG.yaml", 1, 1);
  if (!values) return success;

  sim::RunCommand command;
  command.file = first_operand(*values, "CONFIG.yaml");
  command.options.set = value_or(*values, "set", Words());
  command.options.layers = layers_of(*values);
  command.options.timing_only = values->count("timing-only") > 0;
  if (values->count("output") > 0) command.options.output = (*values)["output"].as<std::string>();
  command.options.detailed = values->count("detailed") > 0;
  command.options.trace = trace_options(*values);
  command.overwrite = values->count("overwrite") > 0;
  command.jobs = jobs_of(*values);

  sim::end_on_interrupt("\nscnn-sim: interrupted; the same command goes on from the layers that are finished\n");
  bool exact = false;
  if (values->count("quiet") > 0) {
    std::ostream nowhere(nullptr);
    exact = sim::run(command, {}, nowhere);
  } else {
    sim::ProgressDisplay display;
    exact = sim::run(
        command, [&](const sim::Progress& progress) { display.show(progress); }, std::cout);
  }
  if (exact) return success;
  std::cerr << "scnn-sim: the machine's outputs differ from a dense convolution; see `check` in results.json\n";
  return failure;
}

}  // namespace command_line
