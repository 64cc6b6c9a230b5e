#include "pruning/input_error.hpp"

#include <utility>

namespace pruning {

namespace {

std::string line_of(const Location& location, const std::string& problem) {
  std::string text = location.file;
  if (location.line > 0) text += ':' + std::to_string(location.line);
  if (location.column > 0) text += ':' + std::to_string(location.column);
  if (!location.key.empty()) text += (text.empty() ? "" : ": ") + location.key;
  return text.empty() ? problem : text + ": " + problem;
}

}  // namespace

InputError::InputError(Location location, const std::string& problem)
    : std::runtime_error(line_of(location, problem)), location_(std::move(location)) {}

}  // namespace pruning
