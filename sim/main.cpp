#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <exception>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "pruning/input_error.hpp"
#include "sim/command_inspect.hpp"
#include "sim/command_parameters.hpp"
#include "sim/command_profile.hpp"
#include "sim/command_prune.hpp"
#include "sim/command_run.hpp"
#include "sim/command_storage.hpp"
#include "sim/comparison.hpp"
#include "sim/interruption.hpp"
#include "sim/progress_display.hpp"
#include "version.hpp"
#include "workloads/config_node.hpp"

/// The command line: the only place that decides an exit status. 0: success; 2: a bad command line or bad input;
/// 1: anything else. A run that a signal ends has a status above 128, as shells give it.

namespace {

namespace po = boost::program_options;

constexpr int success = 0;
constexpr int failure = 1;
constexpr int bad_input = 2;

/// A command line that cannot be understood.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Options and operands of one subcommand.
struct Usage {
  std::string synopsis;
  std::string purpose;
  po::options_description options{"Options"};

  Usage(std::string synopsis_, std::string purpose_) : synopsis(std::move(synopsis_)), purpose(std::move(purpose_)) {
    options.add_options()("help,h", "this text");
  }

  void print() const { std::cout << "usage: scnn-sim " << synopsis << "\n\n" << purpose << "\n\n" << options; }

  /// Reads the arguments; operands become the hidden option of the given name.
  /// @return nothing if help was asked for, and printed
  [[nodiscard]] std::optional<po::variables_map> parse(const std::vector<std::string>& arguments, const char* operands,
                                                       std::size_t least, std::size_t most) const {
    po::options_description all;
    all.add(options).add_options()(operands, po::value<std::vector<std::string>>());
    po::positional_options_description positions;
    positions.add(operands, -1);
    po::variables_map values;
    po::store(po::command_line_parser(arguments)
                  .options(all)
                  .positional(positions)
                  .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
                  .run(),
              values);
    if (values.count("help") > 0) {
      print();
      return std::nullopt;
    }
    po::notify(values);
    const std::size_t given = values.count(operands) > 0 ? values[operands].as<std::vector<std::string>>().size() : 0;
    if (given < least || given > most) throw UsageError("usage: scnn-sim " + synopsis);
    return values;
  }
};

std::vector<std::string> split_at_commas(const std::vector<std::string>& lists) {
  std::vector<std::string> words;
  for (const std::string& list : lists) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      if (end > begin) words.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return words;
}

template <class T>
T value_or(const po::variables_map& values, const char* option, T otherwise) {
  return values.count(option) > 0 ? values[option].as<T>() : otherwise;
}

std::string first_operand(const po::variables_map& values, const char* operands) {
  return values[operands].as<std::vector<std::string>>().front();
}

std::vector<std::string> layers_of(const po::variables_map& values) {
  std::vector<std::string> layers = split_at_commas(value_or(values, "layers", std::vector<std::string>()));
  if (values.count("layers") > 0 && layers.empty()) throw UsageError("--layers names no layer");
  return layers;
}

std::optional<sim::TraceOptions> trace_options(const po::variables_map& values) {
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

int run_command(const std::vector<std::string>& arguments) {
  using Words = std::vector<std::string>;
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
  command.jobs = value_or<std::int64_t>(*values, "jobs", 1);
  if (command.jobs < 1 || command.jobs > 1024) {
    throw UsageError(fmt::format("--jobs: must be from 1 to 1024, got {}", command.jobs));
  }

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

int prune_command(const std::vector<std::string>& arguments) {
  Usage usage("prune WEIGHTS.h5 --granularity G --density D -o OUT.h5 [options]",
              "Prunes trained weights and writes them, with their masks, in the layout that they came in.");
  usage.options.add_options()                                                                                         //
      ("granularity", po::value<std::string>()->required()->value_name("G"), "none, fine, vector, kernel or filter")  //
      ("density", po::value<std::string>()->value_name("D"),
       "share of grains to keep: a number, NAME=D,...,default=D, or a CSV file with columns layer,density")         //
      ("exempt", po::value<std::vector<std::string>>()->value_name("NAME,NAME"), "leave these layers as they are")  //
      ("output,o", po::value<std::string>()->required()->value_name("OUT.h5"), "file to write")                     //
      ("weight-bits", po::value<int>()->value_name("N"), "bits of a stored weight (default 8)")                     //
      ("index-bits", po::value<int>()->value_name("N"), "bits of a stored index (default 4)");
  const auto values = usage.parse(arguments, "WEIGHTS.h5", 1, 1);
  if (!values) return success;

  sim::PruneOptions options;
  options.weights = first_operand(*values, "WEIGHTS.h5");
  options.output = (*values)["output"].as<std::string>();
  options.density = value_or(*values, "density", std::string());
  options.exempt = split_at_commas(value_or(*values, "exempt", std::vector<std::string>()));
  options.weight_bits = value_or(*values, "weight-bits", options.weight_bits);
  options.index_bits = value_or(*values, "index-bits", options.index_bits);
  const auto granularity = (*values)["granularity"].as<std::string>();
  std::vector<std::string> known;
  bool found = false;
  for (const auto g : {pruning::Granularity::none, pruning::Granularity::fine, pruning::Granularity::vector,
                       pruning::Granularity::kernel, pruning::Granularity::filter}) {
    known.emplace_back(pruning::name_of(g));
    if (granularity != known.back()) continue;
    options.granularity = g;
    found = true;
  }
  if (!found) {
    const std::string near = workloads::nearest(granularity, known);
    throw UsageError("--granularity: must be none, fine, vector, kernel or filter, got '" + granularity + "'" +
                     (near.empty() ? "" : "; did you mean '" + near + "'?"));
  }
  sim::prune(options, std::cout);
  return success;
}

int inspect_command(const std::vector<std::string>& arguments) {
  const Usage usage("inspect FILE.h5", "Prints what a weights, activations or results file holds.");
  const auto values = usage.parse(arguments, "FILE.h5", 1, 1);
  if (values) sim::inspect(first_operand(*values, "FILE.h5"), std::cout);
  return success;
}

int profile_command(const std::vector<std::string>& arguments) {
  using Words = std::vector<std::string>;
  Usage usage("profile CONFIG.yaml -o PROFILE.csv [options]",
              "Measures densities and clustering of the weights and activations of a run file, layer by layer.");
  usage.options.add_options()                                                                                //
      ("output,o", po::value<std::string>()->required()->value_name("PROFILE.csv"), "file to write")         //
      ("set", po::value<Words>()->value_name("KEY=VALUE"), "set a key of the run file, dotted; repeatable")  //
      ("layers", po::value<Words>()->value_name("NAME,NAME"), "measure these layers only");
  const auto values = usage.parse(arguments, "CONFIG.yaml", 1, 1);
  if (!values) return success;

  sim::ProfileCommand command;
  command.file = first_operand(*values, "CONFIG.yaml");
  command.output = (*values)["output"].as<std::string>();
  command.options.set = value_or(*values, "set", Words());
  command.options.layers = layers_of(*values);
  sim::profile(command, std::cout);
  return success;
}

int storage_command(const std::vector<std::string>& arguments) {
  using Words = std::vector<std::string>;
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

int compare_command(const std::vector<std::string>& arguments) {
  const Usage usage("compare DIR...", "Prints the results of several runs side by side, from their directories.");
  const auto values = usage.parse(arguments, "DIR", 1, 1000);
  if (!values) return success;
  std::vector<sim::LoadedRun> runs;
  for (const auto& directory : (*values)["DIR"].as<std::vector<std::string>>()) {
    runs.push_back(sim::load_run(directory));
  }
  std::cout << sim::compare(runs);
  return success;
}

int parameters_command(const std::vector<std::string>& arguments) {
  const Usage usage("parameters", "Lists every accelerator parameter with default, allowed values, unit and meaning.");
  const auto values = usage.parse(arguments, "operand", 0, 0);
  if (values) sim::list_parameters(std::cout);
  return success;
}

struct Command {
  const char* name;
  const char* purpose;
  int (*run)(const std::vector<std::string>&);
};

constexpr Command commands[] = {
    {"run", "simulate the layers of a run file", run_command},
    {"prune", "prune trained weights", prune_command},
    {"profile", "measure how dense and how clustered the tensors of a run file are", profile_command},
    {"storage", "reckon the storage that the pruning of a run file leaves", storage_command},
    {"inspect", "say what an HDF5 file holds", inspect_command},
    {"compare", "results of several runs side by side", compare_command},
    {"parameters", "list the accelerator's parameters", parameters_command},
};

void print_help(std::ostream& out) {
  out << "usage: scnn-sim COMMAND ...\n\n"
         "Cycle-level simulator of the SCNN sparse CNN accelerator.\n\n"
         "Commands (each has --help):\n";
  for (const Command& command : commands) out << fmt::format("  {:<12}{}\n", command.name, command.purpose);
  out << "\nOptions:\n  --help      this text\n  --version   version and commit\n";
}

int dispatch(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_help(std::cerr);
    return bad_input;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_help(std::cout);
    return success;
  }
  if (name == "--version") {
    std::cout << "scnn-sim " << sim::version << " (" << sim::commit << ")\n";
    return success;
  }
  std::vector<std::string> known;
  for (const Command& command : commands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    known.emplace_back(command.name);
  }
  const std::string near = workloads::nearest(name, known);
  throw UsageError("unknown command '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?") +
                   " (see scnn-sim --help)");
}

}  // namespace

int main(int argc, char* argv[]) {
  const auto say = [](const std::string& problem) { std::cerr << "scnn-sim: " << problem << "\n"; };
  try {
    const int status = dispatch({argv + 1, argv + argc});
    std::cout.flush();
    if (std::cout) return status;
    say("standard output cannot be written");
    return failure;
  } catch (const pruning::InputError& error) {
    std::cerr << error.what() << "\n";
    return bad_input;
  } catch (const UsageError& error) {
    say(error.what());
    return bad_input;
  } catch (const po::error& error) {
    say(error.what());
    return bad_input;
  } catch (const std::bad_alloc&) {
    say("out of memory");
    return failure;
  } catch (const std::exception& error) {
    say(error.what());
    return failure;
  }
}
