#include "sim/resolved_config.hpp"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <vector>

#include "sim/accelerator_config.hpp"
#include "sim/energy_table_reader.hpp"
#include "sim/network_yaml.hpp"
#include "sim/text.hpp"

namespace sim {

namespace {

std::string names_yaml(const auto& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(yaml_string(name));
  return fmt::format("[{}]", fmt::join(quoted, ", "));
}

std::string machines_yaml(const RunFile& run) {
  const std::vector<Machine>& machines = run.machines;
  if (run.by_layer_type) {
    return fmt::format("machine: {{conv: {}, linear: {}}}\n", name_of(machines.front()), name_of(machines.back()));
  }
  if (machines.size() == 1) return fmt::format("machine: {}\n", name_of(machines.front()));
  std::vector<std::string> names;
  for (const Machine machine : machines) names.push_back(name_of(machine));
  return fmt::format("machines: [{}]\n", fmt::join(names, ", "));
}

std::string per_layer_yaml(const workloads::PerLayer& values) {
  if (values.by_layer.empty()) return number_text(values.otherwise);
  std::string text = fmt::format("{{default: {}", number_text(values.otherwise));
  for (const auto& [layer, value] : values.by_layer) {
    text += fmt::format(", {}: {}", yaml_string(layer), number_text(value));
  }
  return text + '}';
}

std::string pruning_yaml(const PruningChoice& choice) {
  return fmt::format(
      "pruning:\n"
      "  granularity: {}  # none, fine (one weight), vector (a filter row), kernel or filter\n"
      "  density: {}  # share of grains kept\n"
      "  exempt: {}  # layers that keep every weight\n"
      "  storage: {{weight_bits: {}, index_bits: {}}}  # bits of a stored weight and of a kept grain's index\n",
      pruning::name_of(choice.granularity), per_layer_yaml({choice.density, choice.densities}),
      names_yaml(choice.exempt), choice.weight_bits, choice.index_bits);
}

/// Text of the `weights` and `activations` entries.
std::string tensors_yaml(const RunFile& run) {
  std::vector<InputFile> files = input_files(run);
  std::size_t next = 0;
  const auto file = [&] { return yaml_string("inputs/" + files[next++].name); };

  std::string text;
  if (const auto* synthetic = std::get_if<workloads::SyntheticWeights>(&run.weights)) {
    text += fmt::format(
        "weights:\n"
        "  synthetic:\n"
        "    seed: {}\n"
        "    distribution: {}  # normal or laplacian\n"
        "    kernel_scale_sigma: {}  # standard deviation of the logarithm of a kernel's scale\n",
        synthetic->seed, synthetic->distribution == workloads::WeightDistribution::normal ? "normal" : "laplacian",
        per_layer_yaml(synthetic->kernel_scale_sigma));
  } else {
    text += fmt::format("weights: {{file: {}}}\n", file());
  }
  if (const auto* synthetic = std::get_if<workloads::SyntheticActivations>(&run.activations)) {
    text += fmt::format(
        "activations:\n"
        "  synthetic:\n"
        "    seed: {}\n"
        "    density: {}  # share of values above zero\n"
        "    channel_spread: {}  # standard deviation of the probits of channels' densities\n"
        "    correlation_length: {}  # distance at which the field under a channel's values has correlation 1/e "
        "[pixels]\n",
        synthetic->seed, per_layer_yaml(synthetic->density), per_layer_yaml(synthetic->channel_spread),
        per_layer_yaml(synthetic->correlation_length));
  } else {
    const auto& recorded = std::get<ActivationsFile>(run.activations);
    text +=
        fmt::format("activations: {{file: {}, images: [{}], inputs: {}}}\n", file(), fmt::join(recorded.images, ", "),
                    recorded.inputs == LayerInputs::recorded ? "recorded" : "computed");
  }
  return text;
}

std::string temporal_tiles_yaml(const std::map<std::string, pruning::RowsColumns>& tiles) {
  std::vector<std::string> entries;
  for (const auto& [layer, tile] : tiles) {
    entries.push_back(fmt::format("{}: [{}, {}]", yaml_string(layer), tile.rows, tile.columns));
  }
  return fmt::format("{{{}}}", fmt::join(entries, ", "));
}

}  // namespace

std::string resolved_config(const RunFile& run) {
  return "# The complete configuration of a run; running it again gives the same result.\n"
         "network:\n" +
         network_yaml(run.network, 2) + tensors_yaml(run) + pruning_yaml(run.pruning) +
         fmt::format(
             "temporal_tiles: {}  # rows and columns of passes; layers that are not named are cut until they fit\n",
             temporal_tiles_yaml(run.temporal_tiles)) +
         fmt::format("layers: {}  # to simulate\n", names_yaml(run.layers)) +
         fmt::format("timing_only: {}  # true: no arithmetic, the same counts\n", run.timing_only) +
         machines_yaml(run) + "accelerator:\n" + accelerator_yaml(run.accelerator, 2) +
         (run.machines.back() == Machine::eie ? eie_yaml(run.accelerator.eie, 2) : "") + "energy:\n" +
         energy_table_yaml(run.energy_table, 2);
}

}  // namespace sim
