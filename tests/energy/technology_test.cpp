// Do energies and areas follow from what was published, and grow with what is configured?

#include "models/energy/technology.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "models/dense/energy_model.hpp"
#include "models/scnn/energy_model.hpp"
#include "sim/embedded_text.hpp"
#include "sim/technology_reader.hpp"

namespace {

using energy::Curve;
using energy::Quantity;
using energy::Technology;
using scnn::Parameters;

const Technology& sixteen_nm() {
  static const Technology technology = sim::read_technology(
      workloads::ConfigNode::parse(sim::built_in_energy_tables()[0].text, "built-in table").at("technology"));
  return technology;
}

TEST(Technology, MeetsEveryPublishedPoint) {
  const Technology& t = sixteen_nm();
  const std::map<std::string, double> of_energy{{"65 nm", 0.090}, {"45 nm", 0.142}, {"40 nm", 0.142}};
  const std::map<std::string, double> of_area{{"45 nm", 0.19}, {"40 nm", 0.19}, {"16 nm", 1}};
  const auto expect_points = [&](const Curve& curve, Quantity quantity) {
    ASSERT_FALSE(curve.points.empty());
    for (const energy::PublishedPoint& point : curve.points) {
      const double factor = (quantity == Quantity::energy ? of_energy : of_area).at(point.node);
      EXPECT_DOUBLE_EQ(at(curve, point.size, quantity, t).value, factor * point.value) << point.source;
    }
  };
  for (const Curve* curve : {&t.multiplication, &t.addition, &t.comparison, &t.memory}) {
    expect_points(*curve, Quantity::energy);
  }
  for (const Curve* curve : {&t.multiplier_area, &t.adder_area, &t.memory_area, &t.crossbar_area}) {
    expect_points(*curve, Quantity::area);
  }
}

TEST(Technology, ChargesTwoSidesOfACrossbar) {
  const energy::Derived area{26000, "the crossbar", {"its source"}, "16 nm"};  // um2
  const energy::Derived crossed = crossing(area, 34, sixteen_nm());
  // A quarter of C V^2 for each bit.
  EXPECT_DOUBLE_EQ(crossed.value, 34 * 2 * std::sqrt(0.026) * 0.2 * 0.8 * 0.8 / 4);
  EXPECT_EQ(crossed.formula, "34 bits x 0.3225 mm, two sides of a square of 0.026 mm2, x 0.032 pJ/bit/mm");
  EXPECT_EQ(crossed.sources.back(), "its source");
}

TEST(Technology, RunsAPowerLawBetweenAndBeyondPoints) {
  Technology t;
  t.node = "a";
  t.scaling = {{"b", 0.5, 0.25, "scaling"}};
  const Curve curve{{{1, 2, "a", "first"}, {4, 16, "b", "second"}, {16, 16, "a", "third"}}, 1, "B", "pJ"};
  EXPECT_DOUBLE_EQ(at(curve, 2, Quantity::energy, t).value, 4);  // from 2 to 16 / 2 in two doublings
  EXPECT_DOUBLE_EQ(at(curve, 0.5, Quantity::energy, t).value, 1);
  EXPECT_DOUBLE_EQ(at(curve, 64, Quantity::energy, t).value, 32);  // from 8 to 16 in two doublings
  EXPECT_DOUBLE_EQ(at(curve, 4, Quantity::area, t).value, 4);
  const energy::Derived derived = at(curve, 2, Quantity::energy, t);
  EXPECT_EQ(derived.formula, "4 pJ at 2 B, between 2 at 1 and 0.5 x 16 at 4");
  EXPECT_EQ(derived.sources, (std::vector<std::string>{"first", "second", "scaling"}));
}

TEST(Technology, ScalesASinglePointByTheRuleOfItsCurve) {
  Technology t;
  t.node = "a";
  const Curve quadratic{{{32, 8, "a", "only"}}, 2, "bits", "um2"};
  EXPECT_DOUBLE_EQ(at(quadratic, 16, Quantity::area, t).value, 2);
  EXPECT_EQ(at(quadratic, 16, Quantity::area, t).formula, "8 um2 at 32 bits x (16/32)^2");
}

TEST(Technology, RefusesANodeThatItHasNoScalingFrom) {
  const Curve curve{{{1, 2, "7 nm", "source"}}, 1, "B", "pJ"};
  EXPECT_THROW(at(curve, 1, Quantity::energy, sixteen_nm()), std::out_of_range);
}

TEST(Technology, AddsAndMultipliesWithFormulasAndSources) {
  const energy::Derived a{2, "a", {"x"}, "n"};
  const energy::Derived b{3, "b", {"x", "y"}, "n"};
  const energy::Derived sum = times(4, "words", a + b);
  EXPECT_EQ(sum.value, 20);
  EXPECT_EQ(sum.formula, "4 words x (a; plus b)");
  EXPECT_EQ(sum.sources, (std::vector<std::string>{"x", "y"}));
}

TEST(Technology, RefusesToScaleAnAreaThatHasNoFactor) {
  const Curve curve{{{1, 2, "65 nm", "source"}}, 1, "B", "um2"};
  EXPECT_THROW(at(curve, 1, Quantity::area, sixteen_nm()), std::out_of_range);
}

TEST(Technology, PutsTwoPublishedBuffersThatAreNoPointsWithinAFifth) {
  // Global buffers of 64-bit words in pJ: Eyeriss in the Sparseloop artifact (65 nm at 1.0 V, whose published factor to
  // 16 nm at 0.8 V is 0.090), and the Timeloop and Accelergy exercises (45 nm).
  EXPECT_NEAR(memory_access(12800 * 8, 64, sixteen_nm()).value, 49.17 * 0.090, 0.2 * 49.17 * 0.090);
  EXPECT_NEAR(memory_access(16384 * 8, 64, sixteen_nm()).value, 32.4 * 0.142, 0.2 * 32.4 * 0.142);
}

TEST(Technology, GrowsWithSize) {
  const Technology& t = sixteen_nm();
  for (double size = 1; size < 1e7; size *= 1.19) {
    const double more = 1.19 * size;
    EXPECT_LE(memory_access(size, 16, t).value, memory_access(more, 16, t).value * (1 + 1e-12)) << size;
    EXPECT_LT(memory_area(size, t).value, memory_area(more, t).value) << size;
    EXPECT_LT(crossing(crossbar_area(16, size, 34, t), 34, t).value,
              crossing(crossbar_area(16, more, 34, t), 34, t).value);
    EXPECT_LT(multiplication(size, t).value, multiplication(more, t).value);
    EXPECT_LT(addition(size, t).value, addition(more, t).value);
  }
}

/// Energies and areas of one machine, derived.
template <class Entries, class Areas>
energy::Table derived(const Parameters& parameters, const Entries& entries, const Areas& areas) {
  energy::Table table;
  table.entries = entries(parameters, sixteen_nm());
  table.areas = areas(parameters, sixteen_nm());
  return table;
}
energy::Table derived_scnn(const Parameters& parameters) {
  return derived(parameters, scnn::derived_entries, scnn::derived_areas);
}
energy::Table derived_dcnn(const Parameters& parameters) {
  return derived(parameters, dense::derived_entries, dense::derived_areas);
}

/// A size of the accelerator, what an access of which action of a machine it makes dearer, and which component larger.
struct Growth {
  energy::Table (*derive)(const Parameters&);
  std::int64_t Parameters::*size;
  const char* component;
  const char* action;
};

class SizesOfMachines : public testing::TestWithParam<Growth> {};

TEST_P(SizesOfMachines, CostEnergyAndArea) {
  const Growth& growth = GetParam();
  Parameters parameters;
  if (growth.size == &Parameters::bypass_registers) parameters.bypass_registers = 1;
  const auto numbers = [&] {
    const energy::Table table = growth.derive(parameters);
    double area = 0;
    for (const energy::ComponentArea& one : table.areas) area += one.component == growth.component ? one.area_um2 : 0;
    return std::pair(table.find(growth.component, growth.action)->energy_pj, area);
  };
  const auto [first_energy, first_area] = numbers();
  auto [energy, area] = numbers();
  for (int doubling = 0; doubling < 5; ++doubling) {
    parameters.*growth.size *= 2;
    const auto [more_energy, more_area] = numbers();
    EXPECT_GE(more_energy, energy) << parameters.*growth.size;
    EXPECT_GT(more_area, area) << parameters.*growth.size;
    energy = more_energy;
    area = more_area;
  }
  EXPECT_GT(energy, first_energy);
  EXPECT_GT(area, first_area);
}

INSTANTIATE_TEST_SUITE_P(
    All, SizesOfMachines,
    testing::Values(Growth{derived_scnn, &Parameters::weight_fifo_entries, "weight_fifo", "read"},
                    Growth{derived_scnn, &Parameters::weights_per_cycle, "weight_fifo", "write"},
                    Growth{derived_scnn, &Parameters::iaram_elements, "iaram", "read"},
                    Growth{derived_scnn, &Parameters::oaram_elements, "oaram", "write"},
                    Growth{derived_scnn, &Parameters::accumulator_banks, "crossbar", "transfer"},
                    Growth{derived_scnn, &Parameters::weights_per_cycle, "crossbar", "transfer"},
                    Growth{derived_scnn, &Parameters::activations_per_cycle, "crossbar", "transfer"},
                    Growth{derived_scnn, &Parameters::bank_queue, "crossbar", "transfer"},
                    Growth{derived_scnn, &Parameters::lane_queue, "crossbar", "transfer"},
                    Growth{derived_scnn, &Parameters::accumulator_entries, "accumulators", "read"},
                    Growth{derived_scnn, &Parameters::bypass_registers, "bypass_registers", "access"},
                    Growth{derived_dcnn, &Parameters::weight_fifo_entries, "weight_buffer", "read"},
                    Growth{derived_dcnn, &Parameters::accumulator_entries, "accumulation_buffer", "read"}));

}  // namespace
