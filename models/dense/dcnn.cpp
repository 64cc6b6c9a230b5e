#include "models/dense/dcnn.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include "models/dense/pe_array.hpp"
#include "models/invariant.hpp"
#include "models/scnn/kernel.hpp"
#include "models/scnn/widths.hpp"

namespace dense {

namespace {

using pruning::ConvolutionShape;
using scnn::value_bits;
using scnn::Window;

std::int64_t bytes(std::int64_t bits) {
  return (bits + 7) / 8;
}

/// Pairs of two non-zero operands, over all outputs.
std::int64_t products(const scnn::LayerOperands& operands) {
  const ConvolutionShape& shape = operands.shape;
  const auto taps = static_cast<std::size_t>(shape.R) * static_cast<std::size_t>(shape.S);
  const auto filter = static_cast<std::size_t>(shape.channels_per_group()) * taps;
  std::int64_t sum = 0;
  for (int c = 0; c < shape.C; ++c) {
    const int first_filter = c / shape.channels_per_group() * shape.filters_per_group();
    const auto first_tap = static_cast<std::size_t>(c % shape.channels_per_group()) * taps;
    for (std::size_t tap = 0; tap < taps; ++tap) {
      std::int64_t weights = 0;
      for (int k = first_filter; k < first_filter + shape.filters_per_group(); ++k) {
        weights += operands.filters->weights[static_cast<std::size_t>(k) * filter + first_tap + tap] != 0 ? 1 : 0;
      }
      if (weights == 0) continue;
      const int r = static_cast<int>(tap) / shape.S;
      const int s = static_cast<int>(tap) % shape.S;
      std::int64_t activations = 0;
      for (int row = 0; row < shape.P(); ++row) {
        const int y = row * shape.stride.rows - shape.padding.rows + r * shape.dilation.rows;
        if (y < 0 || y >= shape.H) continue;
        const std::int16_t* const pixels = operands.activations.data() + (std::ptrdiff_t{c} * shape.H + y) * shape.W;
        for (int column = 0; column < shape.Q(); ++column) {
          const int x = column * shape.stride.columns - shape.padding.columns + s * shape.dilation.columns;
          activations += x >= 0 && x < shape.W && pixels[x] != 0 ? 1 : 0;
        }
      }
      sum += weights * activations;
    }
  }
  return sum;
}

/// What DRAM holds of some tiles of a tensor, one stream for each tile and channel.
/// @param tensor (channels, rows, columns) @param window of a PE's tile
std::int64_t stored_bits(std::span<const std::int16_t> tensor, int channels, int rows, int columns,
                         const Mapping& mapping, Window scnn::PeTile::*window, bool compressed,
                         std::int64_t index_bits) {
  ConvolutionShape plane;  // streams in raster order, whatever the stride
  plane.H = rows;
  plane.W = columns;
  std::optional<pruning::ActivationSizes> sizes;
  if (compressed) sizes.emplace(plane, tensor, static_cast<int>(index_bits));
  std::int64_t bits = 0;
  for (const scnn::Pass& pass : mapping.passes) {
    for (const scnn::PeTile& tile : pass.tiles) {
      bits += sizes ? (value_bits + index_bits) * sizes->elements(tile.*window)
                    : std::int64_t{1} * channels * (tile.*window).size() * value_bits;
    }
  }
  return bits;
}

using models::require;

void check_invariants(const LayerOutcome& outcome, const Mapping& mapping, const ConvolutionShape& shape,
                      const scnn::Parameters& parameters) {
  const Counters& c = outcome.counters;
  std::int64_t largest_tile = 0;
  for (const Window& tile : output_tiles(shape, parameters)) {
    largest_tile = std::max<std::int64_t>(largest_tile, tile.size());
  }
  require(outcome.cycles == largest_tile * shape.K * mapping.vectors,
          "cycles = max tile outputs x K x ceil((C/G) R S / (F I))");
  require(outcome.pe_cycles.total() == outcome.cycles * parameters.pes(), "PE-cycle classes sum to cycles x PEs");
  require(c.issues == outcome.pe_cycles.busy, "one issue in each PE-cycle of class busy");
  require(c.issues == std::int64_t{1} * shape.K * shape.P() * shape.Q() * mapping.vectors,
          "every output takes its vectors");
  require(c.multiplications + c.multiplications_gated == shape.macs(), "every operand pair is multiplied or gated");
  require(c.multiplier_slots >= shape.macs(), "multiplications fit the multiplier slots");
  for (const auto& info : counter_table()) require(c.*info.field >= 0, "no counter is negative");
  for (const auto& info : pe_cycle_table())
    require(outcome.pe_cycles.*info.field >= 0, "no PE-cycle class is negative");
}

}  // namespace

struct Dcnn::Design {
  Design(const scnn::Parameters& p, std::int64_t bytes) : parameters(p), sram_bytes(bytes) {
    const scnn::Kernel::Use use(kernel);
    array = std::make_unique<PeArray>("pe_array", parameters);
  }
  ~Design() {
    const scnn::Kernel::Use use(kernel);
    array.reset();
  }
  Design(const Design&) = delete;
  Design& operator=(const Design&) = delete;

  scnn::Parameters parameters;
  std::int64_t sram_bytes;
  scnn::Kernel kernel;
  std::unique_ptr<PeArray> array;
};

Dcnn::Dcnn(const scnn::Parameters& parameters, std::int64_t sram_bytes)
    : design_(std::make_unique<Design>(parameters, sram_bytes)) {}

Dcnn::~Dcnn() = default;

LayerOutcome Dcnn::run(const scnn::LayerOperands& operands, Variant variant, scnn::Arithmetic arithmetic,
                       std::span<const std::int16_t> outputs) {
  const scnn::Parameters& parameters = design_->parameters;
  const ConvolutionShape& shape = operands.shape;
  const Mapping mapping = map_layer(shape, parameters, design_->sram_bytes);
  const bool with_values = arithmetic == scnn::Arithmetic::on;
  const auto output_count =
      static_cast<std::size_t>(shape.K) * static_cast<std::size_t>(shape.P()) * static_cast<std::size_t>(shape.Q());
  if (!with_values && outputs.size() != output_count) {
    throw std::invalid_argument("without arithmetic the layer's outputs must be given");
  }

  LayerOutcome outcome;
  LayerJob job{&operands};
  if (with_values) {
    outcome.sums.assign(output_count, 0);
    outcome.outputs.assign(output_count, 0);
    job.sums = &outcome.sums;
    job.outputs = &outcome.outputs;
    outputs = outcome.outputs;
  }
  const LayerTime time = [&] {
    const scnn::Kernel::Use use(design_->kernel);
    return design_->array->run(job);
  }();
  outcome.cycles = time.cycles;
  outcome.pe_cycles = time.pe_cycles;
  outcome.output_channels_per_group = mapping.kc;
  outcome.groups = mapping.groups;
  outcome.temporal_rows = mapping.temporal_rows;
  outcome.temporal_columns = mapping.temporal_columns;
  outcome.input_can_stay = mapping.input_can_stay_on_chip();
  outcome.output_can_stay = mapping.output_can_stay_on_chip();

  Counters& counters = outcome.counters;
  const std::int64_t passes = std::ssize(mapping.passes);
  const std::int64_t weight_deliveries = passes * mapping.parts;
  const bool optimised = variant == Variant::dcnn_opt;
  counters.issues = time.pe_cycles.busy;
  counters.multiplier_slots = counters.issues * parameters.lanes();
  counters.products = products(operands);
  counters.multiplications = optimised ? counters.products : shape.macs();
  counters.multiplications_gated = shape.macs() - counters.multiplications;
  counters.accumulator_references = counters.issues;
  counters.activation_vector_reads = std::int64_t{1} * shape.P() * shape.Q() * mapping.vectors * mapping.groups;
  counters.weight_buffer_reads = counters.issues;
  counters.weight_buffer_writes = parameters.pes() * shape.K * mapping.vectors * weight_deliveries;
  counters.input_halo_values = shape.C * mapping.halo_pixels;
  counters.ppu_values = std::ssize(outputs);
  counters.dram_weight_bytes_read = bytes(shape.weight_count() * value_bits * weight_deliveries);

  // A layer whose input does not fit even in parts reads it again for every group.
  const std::int64_t input_reads = mapping.input_fits ? 1 : mapping.groups;
  const auto input_bytes = [&](bool compressed) {
    return bytes(input_reads * stored_bits(operands.activations, shape.C, shape.H, shape.W, mapping,
                                           &scnn::PeTile::input, compressed, parameters.index_bits));
  };
  const auto output_bytes = [&](bool compressed) {
    return bytes(stored_bits(outputs, shape.K, shape.P(), shape.Q(), mapping, &scnn::PeTile::owned, compressed,
                             parameters.index_bits));
  };
  outcome.input_bytes = input_bytes(optimised);
  outcome.output_bytes = output_bytes(optimised);
  outcome.uncompressed_input_bytes = input_bytes(false);
  outcome.uncompressed_output_bytes = output_bytes(false);
  if (!outcome.input_can_stay) {
    counters.dram_activation_bytes_read = outcome.input_bytes;
    counters.activation_bytes_filled = outcome.uncompressed_input_bytes;
  }
  if (!outcome.output_can_stay) {
    counters.dram_activation_bytes_written = outcome.output_bytes;
    counters.activation_bytes_spilled = outcome.uncompressed_output_bytes;
  }
  check_invariants(outcome, mapping, shape, parameters);
  return outcome;
}

}  // namespace dense
