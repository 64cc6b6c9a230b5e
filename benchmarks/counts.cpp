#include "benchmarks/counts.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <vector>

namespace benchmarks {

namespace {

bool depends_on_neighbours(const std::string& column) {
  return column == "dram_activation_bytes_read" || column == "dram_activation_bytes_written";
}

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
  return cells;
}

}  // namespace

Counts counts_of(std::int64_t cycles, const scnn::Counters& counters, const scnn::PeCycles& pe_cycles) {
  Counts counts{{"cycles", cycles}};
  for (const auto& info : scnn::counter_table()) counts[std::string(info.name)] = counters.*info.field;
  for (const auto& info : scnn::pe_cycle_table()) counts["pe_cycles_" + std::string(info.name)] = pe_cycles.*info.field;
  std::erase_if(counts, [](const auto& count) { return depends_on_neighbours(count.first); });
  return counts;
}

std::map<std::string, Counts> read_counts(const std::filesystem::path& csv) {
  std::ifstream file(csv);
  std::string line;
  if (!std::getline(file, line)) throw std::runtime_error("cannot read " + csv.string());
  const std::vector<std::string> header = cells_of(line);
  const Counts known = counts_of(0, {}, {});
  std::map<std::string, Counts> layers;
  while (std::getline(file, line)) {
    const std::vector<std::string> cells = cells_of(line);
    Counts& counts = layers[cells.at(0)];
    for (std::size_t i = 1; i < header.size() && i < cells.size(); ++i) {
      if (known.contains(header[i])) counts[header[i]] = std::stoll(cells[i]);
    }
    if (counts.size() != known.size()) throw std::runtime_error(csv.string() + " lacks counts of " + cells[0]);
  }
  return layers;
}

std::string csv_of(const std::map<std::string, Counts>& layers) {
  std::string text = "layer";
  for (const auto& [name, count] : counts_of(0, {}, {})) text += "," + name;
  text += '\n';
  for (const auto& [layer, counts] : layers) {
    text += layer;
    for (const auto& [name, count] : counts) text += fmt::format(",{}", count);
    text += '\n';
  }
  return text;
}

std::string first_difference(const Counts& counted, const Counts& expected) {
  for (const auto& [name, count] : expected) {
    const auto own = counted.find(name);
    if (own == counted.end()) return name + " is missing";
    if (own->second != count) return fmt::format("{}: {}, not {}", name, own->second, count);
  }
  return {};
}

std::filesystem::path expected_counts_file(const std::string& network, std::int64_t bypass_registers) {
  return std::filesystem::path(SCNN_SOURCE_DIR) / "benchmarks/expected" /
         fmt::format("{}-bypass-{}.csv", network, bypass_registers);
}

}  // namespace benchmarks
