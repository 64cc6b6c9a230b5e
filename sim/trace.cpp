#include "sim/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <span>
#include <string_view>

#include "models/scnn/pass_trace.hpp"
#include "pruning/atomic_file.hpp"
#include "sim/run_file.hpp"

namespace sim {

namespace {

constexpr std::int64_t most_cycles = 1'000'000;
constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

[[noreturn]] void fail(const char* option, const std::string& problem) {
  throw pruning::InputError({option, 0, 0, ""}, problem);
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

scnn::CycleWindow read_window(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto from = number(text.substr(0, colon));
  const auto to = colon == std::string_view::npos ? std::nullopt : number(text.substr(colon + 1));
  if (!from || !to || *from < 0 || *to <= *from || *to - *from > most_cycles) {
    fail("--trace-cycles",
         fmt::format("must be FROM:TO, at least one and at most {} cycles from 0 on, got '{}'", most_cycles, text));
  }
  return {*from, *to};
}

}  // namespace

Trace read_trace(const TraceOptions& options, const RunFile& run) {
  if (!options.file.has_filename()) {
    fail("--trace", fmt::format("must be the path of a file, got '{}'", options.file.string()));
  }
  const auto machine = std::find_if(run.machines.begin(), run.machines.end(), runs_on_scnn);
  if (machine == run.machines.end()) {
    fail("--trace", fmt::format("shows the PEs of SCNN and its variants, which machine {} does not have",
                                name_of(run.machines.front())));
  }
  const auto runs = [&](const std::string& name) {
    return run.runs_on(run.network.layers[static_cast<std::size_t>(run.network.find(name))],
                       static_cast<std::size_t>(machine - run.machines.begin()));
  };
  const auto first = std::find_if(run.layers.begin(), run.layers.end(), runs);
  if (first == run.layers.end()) {
    fail("--trace", fmt::format("shows a layer on machine {}, on which none runs", name_of(*machine)));
  }
  Trace trace{options.file, *machine, *first, 0, read_window(options.cycles)};
  if (!options.layer.empty()) {
    trace.layer = workloads::layer_named(run.network, options.layer, {"--trace-layer", 0, 0, ""}).name;
    if (std::find(run.layers.begin(), run.layers.end(), trace.layer) == run.layers.end()) {
      fail("--trace-layer",
           fmt::format("layer {} is not simulated; layers that are: {}", trace.layer, fmt::join(run.layers, ", ")));
    }
    if (!runs(trace.layer)) {
      fail("--trace-layer", fmt::format("layer {} does not run on machine {}", trace.layer, name_of(*machine)));
    }
  }
  const std::int64_t pes = run.accelerator.pes();
  if (options.pe < 0 || options.pe >= pes) {
    fail("--trace-pe", fmt::format("must be from 0 to {}, got {}", pes - 1, options.pe));
  }
  trace.pe = static_cast<std::size_t>(options.pe);
  return trace;
}

void check_trace_file(const Trace& trace, const std::filesystem::path& output) {
  pruning::check_writable(trace.file);
  const auto below =
      std::filesystem::weakly_canonical(trace.file).lexically_relative(std::filesystem::weakly_canonical(output));
  if (!below.empty() && *below.begin() != "..") {
    fail("--trace", fmt::format("must not be in the result directory {}, which is put in place as a whole; got {}",
                                output.string(), trace.file.string()));
  }
}

void write_trace(const Trace& trace, const scnn::Waveform& waveform, std::int64_t layer_cycles, double clock_ghz) {
  if (waveform.empty()) {
    fail("--trace-cycles", fmt::format("must begin before the first pass of layer {} ends; it begins in cycle {}, the "
                                       "whole layer takes {}",
                                       trace.layer, trace.window.from, layer_cycles));
  }
  const std::string comment =
      fmt::format("layer {}, first image, first pass: PE {}\n{}", trace.layer, trace.pe, scnn::waveform_legend);
  pruning::AtomicFile file(trace.file);
  std::string text;
  const auto flush = [&] {
    file.write(std::as_bytes(std::span(text)));
    text.clear();
  };
  waveform.write(comment, clock_ghz, [&](std::string_view part) {
    text += part;
    if (text.size() > buffer_bytes) flush();
  });
  flush();
  file.publish();
}

}  // namespace sim
