#include "sim/command_line/commands.hpp"
#include "sim/command_report.hpp"

namespace command_line {

namespace po = boost::program_options;

int report(const Words& arguments) {
  Usage usage("report DIR|DB... -o REPORT.html [options]",
              "Writes a page about runs and sweeps, with figures, that any browser shows without a network.");
  usage.options.add_options()                                                                         //
      ("output,o", po::value<std::string>()->required()->value_name("REPORT.html"), "file to write")  //
      ("figures", po::value<std::string>()->value_name("DIR"), "directory for the figures as files of their own, SVG");
  const auto values = usage.parse(arguments, "DIR|DB", 1, 1000);
  if (!values) return success;

  sim::ReportCommand command;
  const Words& sources = (*values)["DIR|DB"].as<Words>();
  command.sources = {sources.begin(), sources.end()};
  command.output = (*values)["output"].as<std::string>();
  if (values->count("figures") > 0) command.figures = (*values)["figures"].as<std::string>();
  sim::report(command);
  return success;
}

}  // namespace command_line
