#include "sim/command_profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <map>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "pruning/atomic_file.hpp"
#include "sim/layer_profile.hpp"
#include "sim/prepared_network.hpp"
#include "sim/text_table.hpp"
#include "workloads/tensor_statistics.hpp"

namespace sim {

namespace {

/// One layer with all its images.
struct Measured {
  const scnn::LayerOperands* operands = nullptr;
  std::vector<std::span<const std::int16_t>> images;
};

std::vector<std::string> cells(const std::string& name, const Measured& layer) {
  const auto& shape = layer.operands->shape;
  const auto weights = workloads::weight_statistics(shape, layer.operands->filters->weights);
  const auto activations = workloads::activation_statistics(shape, layer.images);
  return {name,
          fmt::format("{:.6f}", weights.density),
          fmt::format("{:.6f}", weights.row_occupancy),
          fmt::format("{:.3f}", weights.kernel_scale_sigma),
          fmt::format("{:.6f}", activations.density),
          fmt::format("{:.3f}", activations.channel_spread),
          fmt::format("{:.2f}", activations.correlation_length)};
}

/// A profile has no quotes: what would be read as two cells, a comment or all layers cannot stand in it.
void check_names(const RunFile& run) {
  for (const std::string& name : run.layers) {
    if (name.find(',') == std::string::npos && !name.starts_with('#') && name != "default") continue;
    throw pruning::InputError(workloads::layer_named(run.network, name, {}).location,
                              fmt::format("a layer named '{}' cannot stand in a profile", name));
  }
}

}  // namespace

void profile(const ProfileCommand& command, std::ostream& out) {
  pruning::check_writable(command.output);
  RunOptions options = command.options;
  options.timing_only = true;  // spares the comparisons
  const RunFile run = read_run_file(command.file, options);
  check_names(run);
  const PreparedNetwork prepared = prepare(run);

  std::map<std::size_t, Measured> layers;  // by position in the network
  for (const PreparedLayer& layer : prepared.layers) {
    Measured& measured = layers[layer.layer];
    measured.operands = &layer.operands;
    measured.images.emplace_back(layer.operands.activations);
  }

  const std::array columns{profile_columns::layer,
                           profile_columns::weight_density,
                           profile_columns::row_occupancy,
                           profile_columns::kernel_scale_sigma,
                           profile_columns::activation_density,
                           profile_columns::channel_spread,
                           profile_columns::correlation_length};
  TextTable table({{"layer", Align::left},
                   {"weights"},
                   {"filter rows"},
                   {"kernel scale sigma"},
                   {"activations"},
                   {"channel spread"},
                   {"correlation length"}});
  std::string text = fmt::format("{}\n", fmt::join(columns, ","));
  for (const auto& [position, layer] : layers) {
    const std::vector<std::string> row = cells(prepared.network.layers[position].name, layer);
    text += fmt::format("{}\n", fmt::join(row, ","));
    table.add_row(row);
  }
  pruning::write_atomically(command.output, std::as_bytes(std::span(text)));
  out << fmt::format("{}: shares of weights, filter rows and activations that are not zero, and how they cluster\n\n",
                     command.output.filename().string())
      << table.str();
}

}  // namespace sim
