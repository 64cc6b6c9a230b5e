#include "models/scnn/energy_model.hpp"

#include <algorithm>
#include <stdexcept>

#include "models/scnn/actions.hpp"
#include "models/scnn/widths.hpp"

namespace scnn {

namespace {

using energy::ActionCount;
using energy::Derived;
using energy::Technology;

constexpr double bits_per_byte = 8;

/// Sizes of a PE's memories in bytes and of its words in bits.
struct Sizes {
  explicit Sizes(const Parameters& p)
      : lanes(static_cast<double>(p.lanes())),
        banks(static_cast<double>(p.accumulator_banks)),
        sum_bits(static_cast<double>(p.accumulator_bits)),
        tag_bits(static_cast<double>(std::max<std::int64_t>(1, address_bits(p.accumulator_entries)))),
        sum_address_bits(static_cast<double>(std::max<std::int64_t>(1, address_bits(p.partial_sums())))),
        product_bits(static_cast<double>(p.accumulator_bits + address_bits(p.partial_sums()))),
        bypass_registers(static_cast<double>(std::max<std::int64_t>(1, p.bypass_registers))) {
    const auto bytes = [](std::int64_t words, double bits) {
      return static_cast<double>(words) * bits / bits_per_byte;
    };
    const auto element_bits = static_cast<double>(value_bits + p.index_bits);
    lane_queue = bytes(p.lane_queue, product_bits);
    bank_queue = bytes(p.bank_queue, sum_bits + tag_bits);
    bank = bytes(p.accumulator_entries, sum_bits);
    bypass = bypass_registers * (sum_bits + tag_bits) / bits_per_byte;
    weight_fifo = bytes(p.weight_fifo_entries * p.weights_per_cycle, element_bits);
    iaram = bytes(p.iaram_elements, element_bits);
    oaram = bytes(p.oaram_elements, element_bits);
  }

  double lanes;
  double banks;
  double sum_bits;
  double tag_bits;          ///< that tell a bank's entries apart
  double sum_address_bits;  ///< bank and entry
  double product_bits;      ///< as it crosses: with the bank and entry that it goes to
  double bypass_registers;
  double lane_queue = 0;
  double bank_queue = 0;
  double bank = 0;  ///< of one set
  double bypass = 0;
  double weight_fifo = 0;
  double iaram = 0;
  double oaram = 0;
};

/// With its queues.
Derived crossbar_area(const Sizes& sizes, const Technology& technology) {
  return energy::crossbar_area(sizes.lanes, sizes.banks, sizes.product_bits, technology) +
         times(sizes.lanes, "lane queues", memory_area(sizes.lane_queue, technology)) +
         times(sizes.banks, "bank queues", memory_area(sizes.bank_queue, technology));
}

Derived energy_of(const ActionCount& action, const Sizes& sizes, const Technology& technology) {
  const auto bits = static_cast<double>(action.bits);
  const auto is = [&](std::string_view component, std::string_view name) {
    return action.component == component && action.action == name;
  };
  const auto access = [&](double bytes) { return memory_access(bytes, bits, technology); };

  if (is("multipliers", "multiply")) return multiplication(bits, technology);
  if (is("multipliers", "merge_add") || is("accumulators", "add") || is("halo", "add")) {
    return addition(bits, technology);
  }
  if (is("crossbar", "transfer")) {
    // A product's address is what its weight and its activation add to it. It also passes the queue of its lane and,
    // without the bank's number, that of its bank.
    return crossing(crossbar_area(sizes, technology), bits, technology) + addition(sizes.sum_address_bits, technology) +
           memory_access(sizes.lane_queue, bits, technology) +
           memory_access(sizes.bank_queue, sizes.sum_bits + sizes.tag_bits, technology);
  }
  if (action.component == "accumulators") return access(sizes.bank);
  if (is("bypass_registers", "access")) {
    return memory_access(sizes.bypass, sizes.sum_bits, technology) +
           times(sizes.bypass_registers, "comparisons", comparison(sizes.tag_bits, technology));
  }
  if (action.component == "weight_fifo") return access(sizes.weight_fifo);
  if (action.component == "iaram") return access(sizes.iaram);
  if (action.component == "oaram") return access(sizes.oaram);
  if (is("post_processing", "value")) return post_processing(bits, technology);
  if (is("halo", "transfer")) return neighbour_transfer(bits, technology);
  if (action.component == "dram") return dram_access(bits, technology);
  throw std::logic_error("no energy of " + std::string(action.component) + '.' + std::string(action.action));
}

}  // namespace

std::vector<energy::TableEntry> derived_entries(const Parameters& parameters, const Technology& technology) {
  const Sizes sizes(parameters);
  std::vector<energy::TableEntry> entries;
  for (const ActionCount& action : actions_of({}, parameters)) {
    entries.push_back(table_entry(action, energy_of(action, sizes, technology)));
  }
  return entries;
}

std::vector<energy::ComponentArea> derived_areas(const Parameters& p, const Technology& technology) {
  const Sizes sizes(p);
  std::vector<energy::ComponentArea> all;
  const auto add = [&](std::string_view component, const Derived& area) {
    all.push_back(component_area("scnn", component, area));
  };
  const auto adders = [&](double count) { return times(count, "adders", adder_area(sizes.sum_bits, technology)); };
  const auto memory = [&](double bytes) { return memory_area(bytes, technology); };

  const Derived multipliers = times(sizes.lanes, "multipliers", multiplier_area(value_bits, technology));
  add("multipliers", p.merge ? multipliers + adders(sizes.lanes) : multipliers);
  add("crossbar", crossbar_area(sizes, technology));
  add("accumulators",
      times(static_cast<double>(p.accumulator_sets) * sizes.banks, "banks", memory(sizes.bank)) + adders(sizes.banks));
  if (p.bypass_registers > 0) add("bypass_registers", times(sizes.banks, "banks", memory(sizes.bypass)));
  add("weight_fifo", memory(sizes.weight_fifo));
  add("iaram", memory(sizes.iaram));
  add("oaram", memory(sizes.oaram));
  add("post_processing", adders(2 * static_cast<double>(p.ppu_values)));
  add("halo", adders(static_cast<double>(p.halo_values)));
  return all;
}

}  // namespace scnn
