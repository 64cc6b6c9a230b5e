#include "sim/results_reader.hpp"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"

namespace sim {

namespace {

using nlohmann::ordered_json;

[[noreturn]] void fail(const std::filesystem::path& file, const std::string& problem) {
  throw pruning::InputError({file.string(), 0, 0, ""}, problem);
}

}  // namespace

void read_results(const std::filesystem::path& directory, const std::function<void(const ordered_json&)>& take) {
  const std::filesystem::path file = directory / "results.json";
  std::ifstream stream(file);
  if (!stream) fail(directory, "is not the directory of a run: it has no results.json that can be read");
  const ordered_json results = ordered_json::parse(stream, nullptr, /*allow_exceptions=*/false);
  if (!results.is_object() || results.value("schema", ordered_json()) != ordered_json(results_schema)) {
    fail(file, fmt::format("must hold results of schema {}", results_schema));
  }
  try {
    take(results);
  } catch (const ordered_json::exception& error) {
    fail(file, fmt::format("lacks a figure or holds one of a wrong type ({})", error.what()));
  }
}

std::string name_of_run(const std::filesystem::path& directory) {
  const std::filesystem::path path = std::filesystem::absolute(directory).lexically_normal();
  return (path.has_filename() ? path : path.parent_path()).filename().string();
}

}  // namespace sim
