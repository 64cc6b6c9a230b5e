#include <fmt/format.h>
#include <malloc.h>

#include <boost/program_options.hpp>
#include <exception>
#include <iostream>
#include <limits>
#include <new>

#include "pruning/input_error.hpp"
#include "sim/command_line/commands.hpp"
#include "version.hpp"
#include "workloads/config_node.hpp"

/// The program: the only place that decides an exit status. 0: success; 2: a bad command line or bad input;
/// 1: anything else. A run that a signal ends has a status above 128, as shells give it.

namespace {

using command_line::bad_input;
using command_line::failure;
using command_line::success;
using command_line::UsageError;
using command_line::Words;

struct Command {
  const char* name;
  const char* purpose;
  int (*run)(const Words&);
};

constexpr Command commands[] = {
    {"run", "simulate the layers of a run file", command_line::run},
    {"train", "train a network on drawn images", command_line::train},
    {"accuracy", "measure the accuracy of a trained network, also in few bits", command_line::accuracy},
    {"sensitivity", "find how far each layer alone can be pruned", command_line::sensitivity},
    {"prune", "prune trained weights, with or without retraining", command_line::prune},
    {"profile", "measure how dense and how clustered the tensors of a run file are", command_line::profile},
    {"storage", "reckon the storage that the pruning of a run file leaves", command_line::storage},
    {"inspect", "say what an HDF5 file holds", command_line::inspect},
    {"sweep", "simulate the points of a design space", command_line::sweep},
    {"merge", "put the databases of a sweep's shards together", command_line::merge},
    {"export", "write the results of a sweep as tables", command_line::export_tables},
    {"report", "write a page about runs and sweeps, with figures", command_line::report},
    {"compare", "results of several runs side by side", command_line::compare},
    {"parameters", "list the accelerator's parameters", command_line::parameters},
};

void print_help(std::ostream& out) {
  out << "usage: scnn-sim COMMAND ...\n\n"
         "Cycle-level simulator of the SCNN sparse CNN accelerator.\n\n"
         "Commands (each has --help):\n";
  for (const Command& command : commands) out << fmt::format("  {:<12}{}\n", command.name, command.purpose);
  out << "\nOptions:\n  --help      this text\n  --version   version and commit\n";
}

int dispatch(const Words& arguments) {
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
  Words known;
  for (const Command& command : commands) {
    if (name == command.name) return command.run({arguments.begin() + 1, arguments.end()});
    known.emplace_back(command.name);
  }
  const std::string near = workloads::nearest(name, known);
  throw UsageError("unknown command '" + name + "'" + (near.empty() ? "" : "; did you mean '" + near + "'?") +
                   " (see scnn-sim --help)");
}

/// What a layer took is used again for the next one. Given back in between, its pages would be handed out and cleared
/// anew, during which several processes hold up each other.
void keep_freed_memory() {
  constexpr int largest_threshold = 32 << 20;  // that is allowed
  mallopt(M_MMAP_THRESHOLD, largest_threshold);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
}

}  // namespace

int main(int argc, char* argv[]) {
  keep_freed_memory();
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
  } catch (const boost::program_options::error& error) {
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
