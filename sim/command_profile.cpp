#include "sim/command_profile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <memory>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "pruning/atomic_file.hpp"
#include "sim/forward_pass.hpp"
#include "sim/layer_evaluator.hpp"
#include "sim/layer_profile.hpp"
#include "sim/text_table.hpp"
#include "workloads/tensor_statistics.hpp"

namespace sim {

namespace {

/// One layer with all its images.
struct Measured {
  pruning::ConvolutionShape shape;
  std::shared_ptr<const scnn::Filters> filters;
  std::vector<std::vector<std::int16_t>> images;  ///< (C, H, W)
};

std::vector<std::string> cells(const std::string& name, const Measured& layer) {
  const auto weights = workloads::weight_statistics(layer.shape, layer.filters->weights);
  const auto activations = workloads::activation_statistics(layer.shape, {layer.images.begin(), layer.images.end()});
  return {name,
          fmt::format("{:.6f}", weights.density),
          fmt::format("{:.6f}", weights.row_occupancy),
          fmt::format("{:.3f}", weights.kernel_scale_sigma),
          fmt::format("{:.6f}", activations.density),
          fmt::format("{:.3f}", activations.channel_spread),
          fmt::format("{:.2f}", activations.correlation_length)};
}

/// Calls `use(name, layer)` for each layer of a run, in the network's order.
template <class Use>
void for_each_layer(const RunFile& run, Use use) {
  LayerEvaluator evaluator(run);
  const workloads::Network& network = evaluator.network();
  const auto wanted = [&](std::size_t layer) {
    return std::find(run.layers.begin(), run.layers.end(), network.layers[layer].name) != run.layers.end();
  };
  Demand demand{std::vector<bool>(network.layers.size()), std::vector<bool>(network.layers.size())};
  for (std::size_t layer = 0; layer < network.layers.size(); ++layer) demand.inputs[layer] = wanted(layer);
  demand.complete(evaluator);

  ForwardPass forward(evaluator, demand);
  for (std::size_t layer = 0; layer < network.layers.size(); ++layer) {
    if (!demand.inputs[layer]) continue;
    Measured measured;
    for (std::size_t image = 0; image < evaluator.activations().images(); ++image) {
      if (!network.layers[layer].on_accelerator()) {
        forward.apply(layer, image);
        continue;
      }
      EvaluatedLayer evaluated = evaluator.evaluate(layer, forward.input(layer, image));
      forward.put(layer, image, evaluated.output());
      measured.shape = evaluated.operands.shape;
      measured.filters = evaluated.operands.filters;
      measured.images.push_back(std::move(evaluated.operands.activations));
    }
    forward.release(layer);
    if (wanted(layer)) use(network.layers[layer].name, measured);
  }
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
  for_each_layer(run, [&](const std::string& name, const Measured& layer) {
    const std::vector<std::string> row = cells(name, layer);
    text += fmt::format("{}\n", fmt::join(row, ","));
    table.add_row(row);
  });
  pruning::write_atomically(command.output, std::as_bytes(std::span(text)));
  out << fmt::format("{}: shares of weights, filter rows and activations that are not zero, and how they cluster\n\n",
                     command.output.filename().string())
      << table.str();
}

}  // namespace sim
