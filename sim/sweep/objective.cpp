#include "sim/sweep/objective.hpp"

#include <array>

namespace sim {

namespace {

constexpr std::array<std::string_view, 1> cycles{"cycles"};
constexpr std::array<std::string_view, 2> energy{"energy_total_pj", "energy_total_mac"};
constexpr std::array<std::string_view, 2> energy_delay_product{"energy_delay_product_pj_ns",
                                                               "energy_delay_product_mac_ns"};
constexpr std::array<std::string_view, 1> area{"area_mm2"};
constexpr std::array<std::string_view, 1> references{"accumulator_references"};

constexpr std::array table{Objective{"cycles", cycles}, Objective{"energy", energy},
                           Objective{"energy_delay_product", energy_delay_product}, Objective{"area", area},
                           Objective{"references", references}};

}  // namespace

std::span<const Objective> objectives() {
  return table;
}

}  // namespace sim
