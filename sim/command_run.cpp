#include "sim/command_run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "sim/interruption.hpp"
#include "sim/job_journal.hpp"
#include "sim/report.hpp"
#include "sim/resolved_config.hpp"
#include "sim/result_directory.hpp"
#include "sim/results_accelergy.hpp"
#include "sim/results_csv.hpp"
#include "sim/results_hdf5.hpp"
#include "sim/results_json.hpp"
#include "sim/sha256.hpp"
#include "version.hpp"

namespace sim {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Of this process and the largest of its workers.
std::int64_t peak_memory_bytes() {
  rusage self{};
  rusage children{};
  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  return std::int64_t{1024} * std::max(self.ru_maxrss, children.ru_maxrss);
}

/// `KEY=VALUE` with a path in VALUE reduced to its file name.
std::string without_directory(const std::string& setting) {
  const auto slash = setting.rfind('/');
  const auto equals = setting.find('=');
  if (slash == std::string::npos || equals == std::string::npos || slash < equals) return setting;
  return setting.substr(0, equals + 1) + setting.substr(slash + 1);
}

/// The arguments that can change a result.
std::string command_line(const RunCommand& command) {
  std::string line = "scnn-sim run " + command.file.filename().string();
  for (const std::string& setting : command.options.set) line += " --set " + without_directory(setting);
  if (!command.options.layers.empty()) {
    line += " --layers ";
    for (const std::string& layer : command.options.layers) line += layer + ",";
    line.pop_back();
  }
  if (command.options.timing_only) line += " --timing-only";
  return line;
}

/// Of everything that the results of the run's layers depend on. A program that was built anew counts as another one.
std::string hash_of(const RunFile& run, const Provenance& provenance) {
  std::error_code unknown;
  const auto built = std::filesystem::last_write_time("/proc/self/exe", unknown).time_since_epoch().count();
  std::string text = fmt::format("{} {} {} {}\n", provenance.version, provenance.commit, built,
                                 run.evaluation == scnn::Evaluation::fast ? "fast" : "detailed");
  for (const auto& [name, hash] : provenance.inputs) text += fmt::format("{} {}\n", name, hash);
  return sha256_of(text + resolved_config(run));
}

void write(const RunFile& run, const Results& results, const HostFigures& host, bool overwrite) {
  ResultDirectory directory(run.output, overwrite);
  directory.write("config.yaml", resolved_config(run));
  directory.write("results.json", results_json(results));
  directory.write("layers.csv", results_csv(results));
  directory.write("action_counts.yaml", accelergy_action_counts(results));
  directory.write("ERT.yaml", accelergy_energy_reference_table(results));
  directory.write("host.json", host_json(host));
  write_results_hdf5(results, directory.staging() / "results.h5");
  for (const InputFile& input : input_files(run)) directory.link_input(input.name, input.path);
  directory.publish();
}

}  // namespace

bool run(const RunCommand& command, const ProgressListener& listener, std::ostream& out) {
  const auto start = Clock::now();
  const RunFile run = read_run_file(command.file, command.options);
  check_output(run.output, command.overwrite);
  if (run.trace) check_trace_file(*run.trace, run.output);
  Provenance provenance{version, commit, command_line(command), {}, {}};
  for (const InputFile& input : input_files(run)) provenance.inputs[input.name] = sha256_of_file(input.path);

  JobJournal journal(journal_beside(run.output), hash_of(run, provenance));
  HostFigures host;
  const ProgressListener noting = [&](const Progress& progress) {
    host.simulation_seconds = progress.machine_seconds;
    if (listener) listener(progress);
  };
  Results results = simulate(run, command.jobs, noting, &journal);
  provenance.seeds = results.provenance.seeds;
  results.provenance = provenance;

  ignore_interrupts();
  host.seconds = seconds_since(start);
  host.peak_memory_bytes = peak_memory_bytes();
  std::int64_t products = 0;
  for (const LayerResult& total : results.totals) products += products_of(total.machine, total);
  host.products_per_second = static_cast<double>(products) / host.simulation_seconds;
  write(run, results, host, command.overwrite);
  journal.remove();

  out << report(results) << "\nResults: " << run.output.string() << "\n";
  if (run.trace) out << "Waveform: " << run.trace->file.string() << "\n";
  return std::all_of(results.layers.begin(), results.layers.end(),
                     [](const LayerResult& layer) { return layer.check.bit_exact.value_or(true); });
}

}  // namespace sim
