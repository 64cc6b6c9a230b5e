#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "tests/reference/reference_machine.hpp"
#include "tests/support/random_layer.hpp"

namespace reference_properties_test {

using pruning::Granularity;
using reference::Outcome;

/// Sums of a dense convolution, and how many of its products have two non-zero factors.
struct Dense {
  std::vector<std::int64_t> sums;
  std::int64_t non_zero_products = 0;
};

Dense dense_convolution(const scnn::LayerOperands& layer) {
  const auto& n = layer.shape;
  const int channels = n.C / n.groups;
  Dense dense;
  for (int k = 0; k < n.K; ++k) {
    for (int oy = 0; oy < n.P(); ++oy) {
      for (int ox = 0; ox < n.Q(); ++ox) {
        std::int64_t sum = 0;
        for (int c = 0; c < channels; ++c) {
          for (int r = 0; r < n.R; ++r) {
            for (int s = 0; s < n.S; ++s) {
              const int y = oy * n.stride.rows + r * n.dilation.rows - n.padding.rows;
              const int x = ox * n.stride.columns + s * n.dilation.columns - n.padding.columns;
              if (y < 0 || x < 0 || y >= n.H || x >= n.W) continue;
              const int channel = k / (n.K / n.groups) * channels + c;
              const std::int64_t weight =
                  layer.filters->weights[static_cast<std::size_t>(((k * channels + c) * n.R + r) * n.S + s)];
              const std::int64_t product =
                  weight * layer.activations[static_cast<std::size_t>((channel * n.H + y) * n.W + x)];
              if (product != 0) ++dense.non_zero_products;
              // Twice the product plus one half's worth, so that a shift of zero needs no special case.
              sum += (2 * product + (std::int64_t{1} << layer.product_shift)) >> (layer.product_shift + 1);
            }
          }
        }
        dense.sums.push_back(sum);
      }
    }
  }
  return dense;
}

/// Nothing if the layer is refused.
std::optional<Outcome> simulate_unless_refused(const support::RandomLayer& layer) {
  try {
    return reference::simulate(layer.operands, layer.parameters);
  } catch (const std::domain_error&) {
    return std::nullopt;
  }
}

// Does the datapath compute a convolution, and multiply what has to be multiplied?
RC_GTEST_PROP(ReferenceMachineProperties, ComputesTheConvolution, (const support::RandomLayer& layer)) {
  const auto outcome = simulate_unless_refused(layer);
  if (!outcome) return;
  const Dense dense = dense_convolution(layer.operands);
  RC_ASSERT(outcome->sums == dense.sums);
  RC_ASSERT(outcome->counters.products_accumulated == dense.non_zero_products);
  for (std::size_t i = 0; i < dense.sums.size(); ++i) {
    const auto& bias = layer.operands.bias;
    std::int64_t value = dense.sums[i] + (bias.empty() ? 0 : bias[i * bias.size() / dense.sums.size()]);
    if (layer.operands.relu && value < 0) value = 0;
    const std::int64_t unit = std::int64_t{1} << layer.operands.output_shift;
    // Half up: the output is the integer in (value/unit - 1/2, value/unit + 1/2].
    RC_ASSERT(2 * unit * outcome->outputs[i] > 2 * value - unit);
    RC_ASSERT(2 * unit * outcome->outputs[i] <= 2 * value + unit);
  }
}

// Does every PE-cycle fall in one class, and do the counters add up?
RC_GTEST_PROP(ReferenceMachineProperties, CountersAddUp, (const support::RandomLayer& layer)) {
  const auto outcome = simulate_unless_refused(layer);
  if (!outcome) return;
  const auto& machine = layer.parameters;
  const auto& n = outcome->counters;
  const auto& t = outcome->pe_cycles;
  std::int64_t sum = 0;
  for (const std::int64_t cycles : {t.issue, t.conflict, t.supply, t.fifo, t.flush, t.barrier, t.drain}) {
    RC_ASSERT(cycles >= 0);
    sum += cycles;
  }
  RC_ASSERT(sum == outcome->cycles * machine.pes());
  RC_ASSERT(n.products_accumulated == n.products - n.products_discarded);
  RC_ASSERT(n.crossbar_transfers == n.products_accumulated - n.products_merged);
  RC_ASSERT(n.crossbar_transfers == n.accumulator_references + n.bypass_hits);
  RC_ASSERT(n.multiplier_slots == n.issues * machine.lanes());
  RC_ASSERT(n.products + n.placeholder_lanes <= n.multiplier_slots);
  RC_ASSERT(n.weight_fifo_writes % machine.pes() == 0);
  RC_ASSERT(outcome->cycles * machine.lanes() * machine.pes() >= n.products);
  const bool input_stationary = machine.stationary == scnn::Stationary::input;
  RC_ASSERT((input_stationary ? n.weight_fifo_reads : n.iaram_vector_reads) == n.issues);
}

/// The layer with the first tap of each kernel alone and without padding.
support::RandomLayer pointwise(support::RandomLayer layer) {
  auto& operands = layer.operands;
  const auto taps = static_cast<std::size_t>(operands.shape.R * operands.shape.S);
  scnn::Filters filters{.granularity = operands.filters->granularity, .weights = {}, .kept = {}};
  for (std::size_t i = 0; i < operands.filters->weights.size(); i += taps) {
    filters.weights.push_back(operands.filters->weights[i]);
    filters.kept.push_back(operands.filters->kept[i]);
  }
  operands.filters = std::make_shared<const scnn::Filters>(std::move(filters));
  operands.shape.R = operands.shape.S = 1;
  operands.shape.padding = {0, 0};
  operands.product_shift = 32;  // the counters do not depend on values; these fit any accumulator
  operands.bias.clear();
  return layer;
}

// Is nothing discarded where every pixel meets every tap inside the plane, and nothing exchanged where the outputs
// lie where the pixels are?
RC_GTEST_PROP(ReferenceMachineProperties, PointwiseLayersDiscardNothing, (const support::RandomLayer& layer)) {
  const auto narrowed = pointwise(layer);
  const auto outcome = simulate_unless_refused(narrowed);
  if (!outcome) return;
  RC_ASSERT(outcome->counters.products_discarded == 0);
  if (narrowed.operands.shape.stride == pruning::RowsColumns{1, 1}) RC_ASSERT(outcome->counters.halo_values == 0);
}

// Do bypass registers change nothing but who serves a reference?
RC_GTEST_PROP(ReferenceMachineProperties, BypassRegistersDoNotChangeTiming, (support::RandomLayer layer)) {
  layer.parameters.bypass_registers = 0;
  const auto plain = simulate_unless_refused(layer);
  if (!plain) return;
  std::int64_t hits = 0;
  for (const std::int64_t registers : {1, 2, 4}) {
    layer.parameters.bypass_registers = registers;
    auto outcome = simulate_unless_refused(layer);
    RC_ASSERT(outcome->counters.bypass_hits >= hits);  // more of what was used last
    hits = outcome->counters.bypass_hits;
    outcome->counters.accumulator_references += hits;
    outcome->counters.bypass_hits = 0;
    RC_ASSERT(outcome->counters == plain->counters);
    RC_ASSERT(outcome->pe_cycles == plain->pe_cycles);
    RC_ASSERT(outcome->cycles == plain->cycles);
    RC_ASSERT(outcome->sums == plain->sums);
  }
}

// Does the generator reach what it promises to reach?
TEST(RandomLayers, CoverTheMachine) {
  std::map<std::string, int> seen;
  const auto generator = rc::gen::arbitrary<support::RandomLayer>();
  rc::Random random(20170624);
  for (int i = 0; i < 600; ++i) {
    const support::RandomLayer layer = generator(random.split(), i % 101).value();
    const auto& shape = layer.operands.shape;
    const auto outcome = simulate_unless_refused(layer);
    if (!outcome) {
      ++seen["refused"];
      continue;
    }
    const auto& n = outcome->counters;
    const auto& t = outcome->pe_cycles;
    const bool one_pass = outcome->temporal_rows * outcome->temporal_columns == 1;
    const auto& filters = *layer.operands.filters;
    const auto mark = [&](const char* what, bool happened) { seen[what] += happened ? 1 : 0; };
    mark("several passes", !one_pass);
    mark("one pass, input does not fit", one_pass && !outcome->input_fits);
    mark("input read again for every group", !outcome->input_fits && one_pass && outcome->groups > 1);
    mark("one pass, output does not fit", one_pass && !outcome->output_fits);
    mark("channel groups", shape.groups > 1);
    mark("several groups of output channels", outcome->groups > 1);
    mark("strides", shape.stride.rows > 1 || shape.stride.columns > 1);
    mark("dilation", shape.dilation.rows > 1 || shape.dilation.columns > 1);
    mark("padding beyond the kernel", shape.padding.rows >= shape.R || shape.padding.columns >= shape.S);
    mark("plane smaller than the array", shape.H < layer.parameters.rows || shape.W < layer.parameters.columns);
    mark("one by one plane", shape.H == 1 && shape.W == 1);
    mark("no product at all", n.products == 0);
    mark("discarded products", n.products_discarded > 0);
    mark("merged products", n.products_merged > 0);
    mark("bypass hits", n.bypass_hits > 0);
    mark("weight placeholders", outcome->weight_placeholders > 0);
    mark("halo", n.halo_values > 0);
    mark("conflict", t.conflict > 0);
    mark("supply beyond the first cycle", t.supply > layer.parameters.pes());
    mark("fifo", t.fifo > 0);
    mark("barrier", t.barrier > 0);
    mark("stored zeros", filters.granularity > Granularity::fine && n.placeholder_lanes > 0);
    mark("extreme weights", std::count(filters.weights.begin(), filters.weights.end(), -32767) > 0);
    mark("thousands of products", n.products > 2000);
  }
  for (const auto& [what, count] : seen) EXPECT_GE(count, 6) << what;
  EXPECT_EQ(seen.size(), 25U);
}

}  // namespace reference_properties_test
