#include <iostream>

#include "sim/command_export.hpp"
#include "sim/command_line/commands.hpp"

namespace command_line {

namespace po = boost::program_options;

int export_tables(const Words& arguments) {
  Usage usage("export DB [options]", "Writes the results of a sweep as tables, one row a point and one row a layer.");
  usage.options.add_options()                                                               //
      ("format", po::value<std::string>()->value_name("F"), "csv (default), hdf5 or json")  //
      ("table", po::value<std::string>()->value_name("T"), "of csv: points (default) or layers")(
          "output,o", po::value<std::string>()->value_name("FILE"), "file to write (default: print, not hdf5)");
  const auto values = usage.parse(arguments, "DB", 1, 1);
  if (!values) return success;

  sim::ExportCommand command;
  command.database = first_operand(*values, "DB");
  command.format = static_cast<sim::ExportFormat>(
      choice_of("--format", value_or(*values, "format", std::string("csv")), {"csv", "hdf5", "json"}));
  command.table = static_cast<sim::ExportTable>(
      choice_of("--table", value_or(*values, "table", std::string("points")), {"points", "layers"}));
  if (values->count("table") > 0 && command.format != sim::ExportFormat::csv) {
    throw UsageError("--table goes with --format csv; the other formats hold both tables");
  }
  if (values->count("output") > 0) command.output = (*values)["output"].as<std::string>();
  if (command.format == sim::ExportFormat::hdf5 && !command.output) {
    throw UsageError("--format hdf5 needs -o FILE.h5");
  }
  sim::export_sweep(command, std::cout);
  return success;
}

}  // namespace command_line
