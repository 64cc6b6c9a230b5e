#include "sim/layer_profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <set>

#include "workloads/config_node.hpp"

namespace sim {

namespace {

constexpr std::array known_columns{profile_columns::layer,
                                   profile_columns::density,
                                   profile_columns::weight_density,
                                   profile_columns::row_occupancy,
                                   profile_columns::kernel_scale_sigma,
                                   profile_columns::activation_density,
                                   profile_columns::channel_spread,
                                   profile_columns::correlation_length};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string_view> cells_of(std::string_view line) {
  std::vector<std::string_view> cells;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    cells.push_back(trimmed(line.substr(begin, end - begin)));
    begin = end + 1;
  }
  return cells;
}

/// Checks a header. @return position of the column that is asked for
std::size_t find_column(const std::vector<std::string_view>& header, std::string_view column,
                        const pruning::Location& where) {
  const std::string_view other = column.ends_with(profile_columns::density) ? profile_columns::density : column;
  const std::string wanted = other == column ? fmt::format("'{}'", column) : fmt::format("'{}' or '{}'", other, column);
  if (header.front() != profile_columns::layer) {
    throw pruning::InputError(
        where, fmt::format("must be a header of 'layer' and {}, got '{}'", wanted, fmt::join(header, ",")));
  }
  for (const std::string_view name : header) {
    if (std::find(known_columns.begin(), known_columns.end(), name) == known_columns.end()) {
      const std::string near = workloads::nearest(name, {known_columns.begin(), known_columns.end()});
      throw pruning::InputError(
          where, fmt::format("'{}' is no column of a profile{} (known: {})", name,
                             near.empty() ? "" : "; did you mean '" + near + "'?", fmt::join(known_columns, ", ")));
    }
    if (std::count(header.begin(), header.end(), name) > 1) {
      throw pruning::InputError(where, fmt::format("column '{}' is there twice", name));
    }
  }
  auto found = std::find(header.begin(), header.end(), column);
  if (found == header.end()) found = std::find(header.begin(), header.end(), other);
  if (found == header.end()) throw pruning::InputError(where, fmt::format("has no column {}", wanted));
  return static_cast<std::size_t>(found - header.begin());
}

}  // namespace

std::vector<ProfileRow> read_layer_profile(const std::filesystem::path& file, std::string_view column, double least,
                                           double most) {
  pruning::Location where{file.string(), 0, 0, ""};
  std::ifstream stream(file);
  if (!stream) throw pruning::InputError(where, "cannot be read");

  std::vector<ProfileRow> rows;
  std::set<std::string> seen;
  std::size_t position = 0;  // of the column; 0 before the header
  std::string name;          // of the column
  std::size_t columns = 0;
  for (std::string line; std::getline(stream, line);) {
    ++where.line;
    where.key.clear();
    const std::string_view text = trimmed(line);
    if (text.empty() || text.front() == '#') continue;
    const std::vector<std::string_view> cells = cells_of(text);
    if (position == 0) {
      position = find_column(cells, column, where);
      name = cells[position];
      columns = cells.size();
      continue;
    }
    where.key = cells.front();
    if (cells.size() != columns) {
      throw pruning::InputError(where,
                                fmt::format("must have {} values, as the header has, got {}", columns, cells.size()));
    }
    ProfileRow row{std::string(cells.front()), 0, where};
    const std::string_view number = cells[position];
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), row.value);
    const bool read = error == std::errc() && end == number.data() + number.size() && !number.empty();
    if (!read || !(row.value >= least && row.value <= most)) {
      throw pruning::InputError(where,
                                fmt::format("{} must be a number from {} to {}, got '{}'", name, least, most, number));
    }
    if (!seen.insert(row.layer).second) throw pruning::InputError(where, "is listed twice");
    rows.push_back(std::move(row));
  }
  if (stream.bad()) throw pruning::InputError({file.string(), 0, 0, ""}, "cannot be read");
  if (position == 0) {
    throw pruning::InputError({file.string(), 0, 0, ""}, "is empty; a header is expected, for example 'layer,density'");
  }
  return rows;
}

}  // namespace sim
