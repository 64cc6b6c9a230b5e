#include "sim/command_report.hpp"

#include <fmt/format.h>

#include <set>
#include <span>
#include <string>
#include <system_error>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "sim/report_page/page.hpp"
#include "sim/report_page/run_part.hpp"
#include "sim/report_page/sweep_part.hpp"

namespace sim {

namespace fs = std::filesystem;

namespace {

using namespace report_page;

struct Sources {
  std::vector<RunFigures> runs;
  std::vector<SweepFigures> sweeps;
};

/// Numbers all but the first of an equal name.
template <class Source>
void make_names_unique(std::vector<Source>& sources) {
  std::set<std::string> names;
  for (Source& source : sources) {
    const std::string name = source.name;
    for (int i = 2; !names.insert(source.name).second; ++i) source.name = fmt::format("{} ({})", name, i);
  }
}

Sources read(const std::vector<fs::path>& files) {
  Sources sources;
  for (const fs::path& file : files) {
    std::error_code error;
    if (!fs::exists(file, error)) {
      throw pruning::InputError({file.string(), 0, 0, ""}, "does not exist");
    }
    if (fs::is_directory(file, error)) {
      for (RunFigures& run : read_run(file)) sources.runs.push_back(std::move(run));
    } else {
      sources.sweeps.push_back(read_sweep(file));
    }
  }
  make_names_unique(sources.runs);
  make_names_unique(sources.sweeps);
  return sources;
}

std::string title_of(const Sources& sources) {
  std::set<std::string> networks;
  for (const RunFigures& run : sources.runs) networks.insert(run.network);
  std::string title;
  for (const std::string& network : networks) title += (title.empty() ? "" : ", ") + network;
  for (const SweepFigures& sweep : sources.sweeps) title += (title.empty() ? "" : ", ") + sweep.name;
  return title;
}

void write(const fs::path& file, const std::string& text) {
  pruning::write_atomically(file, std::as_bytes(std::span(text)));
}

}  // namespace

void report(const ReportCommand& command) {
  pruning::check_writable(command.output);
  if (command.figures) {
    std::error_code error;
    fs::create_directories(*command.figures, error);
    if (!fs::is_directory(*command.figures)) {
      throw pruning::InputError({command.figures->string(), 0, 0, ""},
                                error ? "cannot be made: " + error.message() : "must be a directory or a new one");
    }
  }
  const Sources sources = read(command.sources);
  Page page(title_of(sources));
  if (sources.runs.size() > 1) add_comparison(page, sources.runs);
  for (const RunFigures& run : sources.runs) add_run(page, run);
  for (const SweepFigures& sweep : sources.sweeps) add_sweep(page, sweep);

  if (command.figures) {
    for (const Figure& figure : page.figures()) write(*command.figures / (figure.name + ".svg"), figure.svg);
  }
  write(command.output, page.html());
}

}  // namespace sim
