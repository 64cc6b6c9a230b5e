#include "models/eie/energy_model.hpp"

#include <stdexcept>
#include <string>

#include "models/eie/actions.hpp"

namespace eie {

namespace {

using energy::ActionCount;
using energy::Derived;
using energy::Technology;

/// A module of the published machine.
struct Module {
  std::string_view component;
  std::string_view published;  ///< its name in the paper
  double milliwatts = 0;       ///< of one, at 45 nm and 800 MHz
  double actions = 0;          ///< per cycle and module, under the load of Alex-7
  double bits = 0;             ///< of an action
  double exponent = 1;         ///< with which the energy of an action grows with its bits
};

/// An access of an SRAM has costs that do not grow with its width. At 45 nm, 64 bits of 128 KB take 32.4 pJ (Timeloop
/// and Accelergy exercises) and 256 bits of 512 KB 140 pJ (DSTC in the Sparseloop artifact), which is 73.5 pJ of 128 KB
/// by Horowitz' energies of 32 KB and 1 MB (ISSCC 2014): log(73.5 / 32.4) / log(256 / 64).
constexpr double sram_width_exponent = 0.591;

constexpr double published_clock_ghz = 0.8;
constexpr Module modules[] = {
    {"leading_nonzero_detection", "leading-non-zero node", 0.023, 0.1413, 16},
    {"activation_queue", "activation queue", 0.112, 0.1413, 32},
    {"pointer_read", "pointer read", 1.807, 0.2825, 16},
    {"sparse_matrix_read", "sparse-matrix read", 4.955, 0.1975, 64, sram_width_exponent},
    {"arithmetic_unit", "arithmetic", 1.162, 0.9697, 16},
    {"activation_read_write", "activation read/write", 1.122, 0.8127, 16},
};

/// Area of a module at 45 nm.
struct ModuleArea {
  std::string_view component;
  double um2 = 0;
};

constexpr double published_queue = 8;
constexpr ModuleArea areas[] = {
    {"activation_queue", 758}, {"pointer_read", 121849},         {"sparse_matrix_read", 469412},
    {"arithmetic_unit", 3110}, {"activation_read_write", 18934}, {"filler_cells", 23961},
};

Derived energy_of(const ActionCount& action, const Technology& technology) {
  if (action.component == "dram") return dram_access(static_cast<double>(action.bits), technology);
  for (const Module& module : modules) {
    if (module.component != action.component) continue;
    const std::string source = "EIE, ISCA 2016, table 2: " + std::string(module.published) +
                               ", power over 0.8 GHz over actions per cycle of Alex-7";
    const double picojoules = module.milliwatts / published_clock_ghz / module.actions;
    const energy::Curve curve{{{module.bits, picojoules, "45 nm", source}}, module.exponent, "bits", "pJ"};
    return at(curve, static_cast<double>(action.bits), energy::Quantity::energy, technology);
  }
  throw std::logic_error("no energy of " + std::string(action.component) + '.' + std::string(action.action));
}

}  // namespace

std::vector<energy::TableEntry> derived_entries(const Parameters& parameters, const Technology& technology) {
  std::vector<energy::TableEntry> entries;
  for (const ActionCount& action : actions_of({}, parameters)) {
    entries.push_back(table_entry(action, energy_of(action, technology)));
  }
  return entries;
}

std::vector<energy::ComponentArea> derived_areas(const Parameters& parameters, const Technology& technology) {
  const std::string source = "EIE, ISCA 2016, table 2";
  std::vector<energy::ComponentArea> all;
  for (const ModuleArea& module : areas) {
    const bool grows = module.component == "activation_queue";
    const energy::Curve curve{
        {{grows ? published_queue : 1, module.um2, "45 nm", source}}, 1, grows ? "activations" : "module", "um2"};
    const double size = grows ? static_cast<double>(parameters.queue) : 1;
    all.push_back(component_area("eie", module.component, at(curve, size, energy::Quantity::area, technology)));
  }
  return all;
}

}  // namespace eie
