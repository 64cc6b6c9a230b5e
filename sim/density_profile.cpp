#include "sim/density_profile.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <set>
#include <string_view>

namespace sim {

namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

}  // namespace

std::vector<ProfileRow> read_density_profile(const std::filesystem::path& file) {
  pruning::Location where{file.string(), 0, 0, ""};
  std::ifstream stream(file);
  if (!stream) throw pruning::InputError(where, "cannot be read");

  std::vector<ProfileRow> rows;
  std::set<std::string> seen;
  bool header_read = false;
  for (std::string line; std::getline(stream, line);) {
    ++where.line;
    where.key.clear();
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    const std::size_t comma = text.find(',');
    const std::string_view layer = trimmed(text.substr(0, comma));
    const std::string_view density = comma == std::string_view::npos ? "" : trimmed(text.substr(comma + 1));
    if (!header_read) {
      if (layer != "layer" || density != "density") {
        throw pruning::InputError(where, fmt::format("must be the header 'layer,density', got '{}'", text));
      }
      header_read = true;
      continue;
    }
    where.key = layer;
    ProfileRow row{std::string(layer), 0, where};
    const auto [end, error] = std::from_chars(density.data(), density.data() + density.size(), row.density);
    const bool number = error == std::errc() && end == density.data() + density.size() && !density.empty();
    if (!number || !(row.density >= 0 && row.density <= 1)) {
      throw pruning::InputError(where, fmt::format("density must be a number from 0 to 1, got '{}'", density));
    }
    if (!seen.insert(row.layer).second) throw pruning::InputError(where, "is listed twice");
    rows.push_back(std::move(row));
  }
  if (stream.bad()) throw pruning::InputError({file.string(), 0, 0, ""}, "cannot be read");
  if (!header_read)
    throw pruning::InputError({file.string(), 0, 0, ""}, "is empty; a header 'layer,density' is expected");
  return rows;
}

}  // namespace sim
