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
};

constexpr double published_clock_ghz = 0.8;
constexpr Module modules[] = {
    {"leading_nonzero_detection", "leading-non-zero node", 0.023, 0.1413, 16},
    {"activation_queue", "activation queue", 0.112, 0.1413, 32},
    {"pointer_read", "pointer read", 1.807, 0.2825, 16},
    {"sparse_matrix_read", "sparse-matrix read", 4.955, 0.1975, 64},
    {"arithmetic_unit", "arithmetic", 1.162, 0.9697, 16},
    {"activation_read_write", "activation read/write", 1.122, 0.8127, 16},
};

Derived energy_of(const ActionCount& action, const Technology& technology) {
  if (action.component == "dram") return dram_access(static_cast<double>(action.bits), technology);
  for (const Module& module : modules) {
    if (module.component != action.component) continue;
    const std::string source = "EIE, ISCA 2016, table 2: " + std::string(module.published) +
                               ", power over 0.8 GHz over actions per cycle of Alex-7";
    const double picojoules = module.milliwatts / published_clock_ghz / module.actions;
    const energy::Curve curve{{{module.bits, picojoules, "45 nm", source}}, 1, "bits", "pJ"};
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

}  // namespace eie
