#include "sim/energy_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace {

constexpr std::size_t page_width = 120;

/// The note's number, from 1 on; a text that is there already keeps its own.
std::size_t note_number(std::vector<std::string>& notes, const std::string& text) {
  const auto found = std::find(notes.begin(), notes.end(), text);
  if (found != notes.end()) return static_cast<std::size_t>(found - notes.begin()) + 1;
  notes.push_back(text);
  return notes.size();
}

}  // namespace

std::string energy_by_action(const Results& results, const LayerResult& total) {
  const energy::Table& energies = results.energy_table;
  const double energy = total.energy.total_pj;
  const Scale scale = scale_for(energy, energies.unit);
  TextTable table({{"component", Align::left},
                   {"action", Align::left},
                   {"count", Align::right},
                   {"bits", Align::right},
                   {energies.unit + " each", Align::right},
                   {scale.unit, Align::right},
                   {"share", Align::right},
                   {"source", Align::right}});
  std::vector<std::string> notes;
  for (const energy::ActionCount& count : actions_of(total.machine, total, results.accelerator)) {
    if (count.count == 0) continue;
    const double each = energy::energy_of_one(count, energies);
    const double all = static_cast<double>(count.count) * each;
    const energy::TableEntry& entry = *energies.find(count.component, count.action);
    const std::size_t note = note_number(notes, one_line(energy::origin_of(entry)));
    table.add_row({std::string(count.component), std::string(count.action), count_text(count.count),
                   fmt::format("{}", count.bits), fmt::format("{:.4g}", each), decimal_text(all / scale.factor, 1),
                   energy == 0 ? "-" : percent_text(all / energy), fmt::format("[{}]", note)});
  }
  table.add_rule();
  table.add_row({"total", "", "", "", "", decimal_text(energy / scale.factor, 1), "", ""});
  std::string text = fmt::format("Energy by action (table {})\n\n{}\n", energies.name, table.str());
  for (std::size_t i = 0; i < notes.size(); ++i)
    text += wrapped(fmt::format("[{}] {}", i + 1, notes[i]), page_width, 4);
  return text;
}

std::string area_table(const Results& results, Machine machine) {
  const std::vector<energy::ComponentArea> areas = areas_of(results.energy_table, machine);
  if (areas.empty()) return {};
  const std::int64_t pes = pes_of(machine, results.accelerator);
  double total = 0;
  for (const energy::ComponentArea& area : areas) total += area.area_um2;
  TextTable table({{"component", Align::left},
                   {"PE", Align::right},
                   {fmt::format("{} PEs", pes), Align::right},
                   {"share", Align::right}});
  const auto add = [&](const std::string& name, double um2) {
    table.add_row({name, fmt::format("{:.4f}", um2 / energy::um2_per_mm2),
                   fmt::format("{:.3f}", static_cast<double>(pes) * um2 / energy::um2_per_mm2),
                   total == 0 ? "-" : percent_text(um2 / total)});
  };
  for (const energy::ComponentArea& area : areas) add(area.component, area.area_um2);
  table.add_rule();
  add("total", total);
  return "Area in mm2\n\n" + table.str();
}

}  // namespace sim
