#include "sim/run_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <set>
#include <string_view>

#include "sim/accelerator_config.hpp"
#include "sim/embedded_text.hpp"
#include "sim/energy_table_reader.hpp"
#include "sim/layer_profile.hpp"
#include "sim/machine_choice.hpp"
#include "sim/per_layer_reader.hpp"

namespace sim {

namespace {

using workloads::ConfigNode;
using workloads::Network;

// Bounds beyond any network's statistics, within which values stay finite.
constexpr double most_sigma = 10;
constexpr double most_spread = 10;
constexpr double most_correlation_length = 1000;

/// Puts the table of that name in the place of `energy`.
void build_in_energy(ConfigNode& root, std::size_t position) {
  const EmbeddedText& table = built_in_energy_tables()[position];
  root.replace("energy", ConfigNode::parse(table.text, fmt::format("built-in {}", table.name)));
}

/// Follows a reference: the value of `key` becomes the mapping that it names, or a built-in default.
void follow(ConfigNode& root, const std::string& key) {
  if (!root.has(key)) {
    if (key == "energy") build_in_energy(root, 0);
    return;
  }
  const ConfigNode node = root.at(key);
  if (node.kind() == ConfigNode::Kind::mapping) return;
  if (node.kind() != ConfigNode::Kind::scalar) node.fail("must be a mapping or the path of a file that holds it");
  const std::string reference = node.as_string();
  if (key == "energy" && reference.find_first_of("./") == std::string::npos) {
    std::vector<std::string> names;
    for (const EmbeddedText& table : built_in_energy_tables()) names.emplace_back(table.name);
    build_in_energy(root, node.as_choice(names));
    return;
  }
  root.replace(key, ConfigNode::load(node.as_file()));
}

const std::array<std::string, 3> references{"network", "accelerator", "energy"};

/// Makes references above a key the mappings that they stand for.
void follow_above(ConfigNode& root, std::string_view key) {
  for (const std::string& reference : references) {
    if (key.starts_with(reference + '.')) follow(root, reference);
  }
}

PruningChoice read_pruning(const ConfigNode& node, const Network& network) {
  node.allow_keys({"granularity", "density", "exempt", "storage"});
  PruningChoice choice;
  const std::vector<std::string> words{"none", "fine", "vector", "kernel", "filter"};  // as pruning::Granularity
  if (node.has("granularity")) {
    choice.granularity = static_cast<pruning::Granularity>(node.at("granularity").as_choice(words));
  } else if (node.has("density")) {
    static_cast<void>(node.at("granularity"));  // a density alone would silently prune nothing
  }
  if (node.has("density")) {
    const workloads::PerLayer density = read_per_layer(
        node.at("density"), network, {profile_columns::weight_density, 1}, {choice.density, choice.densities});
    choice.density = density.otherwise;
    choice.densities = density.by_layer;
  } else if (choice.granularity != pruning::Granularity::none) {
    static_cast<void>(node.at("density"));
  }
  if (node.has("exempt")) {
    for (const ConfigNode& item : node.at("exempt").items()) {
      const std::string layer = item.as_string();
      require_weighted_layer(network, layer, item.location());
      choice.exempt.insert(layer);
    }
  }
  if (node.has("storage")) {
    const ConfigNode storage = node.at("storage");
    storage.allow_keys({"weight_bits", "index_bits"});
    if (storage.has("weight_bits")) {
      choice.weight_bits = static_cast<int>(storage.at("weight_bits").as_integer(1, 64));
    }
    if (storage.has("index_bits")) choice.index_bits = static_cast<int>(storage.at("index_bits").as_integer(0, 64));
  }
  return choice;
}

/// A mapping with exactly one of `file` and `synthetic`. @return whether it is `file`
bool is_file(const ConfigNode& node) {
  if (node.kind() != ConfigNode::Kind::mapping) node.fail("must be {file: PATH} or {synthetic: {...}}");
  const bool file = node.has("file");
  if (file == node.has("synthetic")) {
    node.fail(file ? "has both file and synthetic, one of them is allowed"
                   : "needs one of file, synthetic; got neither");
  }
  return file;
}

std::uint64_t read_seed(const ConfigNode& node) {
  return static_cast<std::uint64_t>(node.as_integer(0, std::numeric_limits<std::int64_t>::max()));
}

std::variant<std::filesystem::path, workloads::SyntheticWeights> read_weights(const ConfigNode& node,
                                                                              const Network& network) {
  const bool from_file = is_file(node);
  node.allow_keys({"file", "synthetic"});
  if (from_file) return node.at("file").as_file();
  const ConfigNode synthetic = node.at("synthetic");
  synthetic.allow_keys({"seed", "distribution", "kernel_scale_sigma"});
  workloads::SyntheticWeights weights;
  if (synthetic.has("seed")) weights.seed = read_seed(synthetic.at("seed"));
  if (synthetic.has("distribution")) {
    weights.distribution =
        static_cast<workloads::WeightDistribution>(synthetic.at("distribution").as_choice({"normal", "laplacian"}));
  }
  if (synthetic.has("kernel_scale_sigma")) {
    weights.kernel_scale_sigma =
        read_per_layer(synthetic.at("kernel_scale_sigma"), network, {profile_columns::kernel_scale_sigma, most_sigma});
  }
  return weights;
}

ActivationsFile read_activations_file(const ConfigNode& node) {
  node.allow_keys({"file", "images", "inputs"});
  ActivationsFile activations;
  activations.path = node.at("file").as_file();
  activations.images_location = node.location();
  if (node.has("images")) {
    const ConfigNode images = node.at("images");
    activations.images_location = images.location();
    activations.images.clear();
    for (const ConfigNode& item : images.items()) {
      const std::int64_t image = item.as_integer(0, std::numeric_limits<std::int32_t>::max());
      if (std::find(activations.images.begin(), activations.images.end(), image) != activations.images.end()) {
        item.fail(fmt::format("image {} is listed twice", image));
      }
      activations.images.push_back(image);
    }
    if (activations.images.empty()) images.fail("must list at least one image, got an empty list");
  }
  if (node.has("inputs")) {
    activations.inputs = static_cast<LayerInputs>(node.at("inputs").as_choice({"recorded", "computed"}));
  }
  return activations;
}

std::variant<ActivationsFile, workloads::SyntheticActivations> read_activations(const ConfigNode& node,
                                                                                const Network& network) {
  const bool from_file = is_file(node);
  node.allow_keys({"file", "images", "inputs", "synthetic"});
  if (from_file) return read_activations_file(node);
  for (const char* key : {"images", "inputs"}) {
    if (node.has(key)) node.at(key).fail("goes with activations from a file, not with synthetic ones");
  }
  const ConfigNode synthetic = node.at("synthetic");
  synthetic.allow_keys({"seed", "density", "channel_spread", "correlation_length"});
  workloads::SyntheticActivations activations;
  if (synthetic.has("seed")) activations.seed = read_seed(synthetic.at("seed"));
  const auto read = [&](const char* key, const LayerQuantity& quantity, workloads::PerLayer& value) {
    if (synthetic.has(key)) value = read_per_layer(synthetic.at(key), network, quantity, value);
  };
  read("density", {profile_columns::activation_density, 1}, activations.density);
  read("channel_spread", {profile_columns::channel_spread, most_spread}, activations.channel_spread);
  read("correlation_length", {profile_columns::correlation_length, most_correlation_length},
       activations.correlation_length);
  return activations;
}

struct NamedLayer {
  std::string name;
  pruning::Location location;
};

/// The chosen layers in the network's order; all if none are named.
std::vector<std::string> choose_layers(const Network& network, const std::vector<NamedLayer>& chosen) {
  std::set<std::string> names;
  for (const NamedLayer& layer : chosen) {
    require_weighted_layer(network, layer.name, layer.location);
    if (!names.insert(layer.name).second) {
      throw pruning::InputError(layer.location, fmt::format("layer {} is named twice", layer.name));
    }
  }
  std::vector<std::string> layers = weighted_layers(network);
  if (!chosen.empty()) std::erase_if(layers, [&](const std::string& name) { return !names.contains(name); });
  return layers;
}

std::vector<std::string> read_layers(const ConfigNode& root, const Network& network, const RunOptions& options) {
  std::vector<NamedLayer> chosen;
  if (root.has("layers")) {
    const ConfigNode node = root.at("layers");
    for (const ConfigNode& item : node.items()) chosen.push_back({item.as_string(), item.location()});
    if (chosen.empty()) node.fail("must name at least one layer, got an empty list");
    static_cast<void>(choose_layers(network, chosen));  // wrong names are wrong even if the command line overrides them
  }
  if (!options.layers.empty()) {
    chosen.clear();
    for (const std::string& name : options.layers) chosen.push_back({name, {"--layers", 0, 0, ""}});
  }
  std::vector<std::string> layers = choose_layers(network, chosen);
  if (layers.empty()) root.at("network").fail("has no conv or linear layer, nothing to simulate");
  return layers;
}

std::filesystem::path read_output(const ConfigNode& root, const Network& network, const RunOptions& options) {
  std::filesystem::path output = std::filesystem::path("out") / network.name;
  if (root.has("output")) {
    const ConfigNode node = root.at("output");
    node.allow_keys({"directory"});
    const ConfigNode directory = node.at("directory");
    output = directory.as_string();
    if (output.empty()) directory.fail("must be the path of a directory, got the string ''");
  }
  if (options.output && options.output->empty()) {
    throw pruning::InputError({"--output", 0, 0, ""}, "must be the path of a directory, got ''");
  }
  return options.output.value_or(output);
}

}  // namespace

void resolve_run(ConfigNode& root, const RunOptions& options) {
  for (const Overlay& overlay : options.overlays) {
    follow_above(root, overlay.key);
    root.set(overlay.key, overlay.value);
  }
  for (const std::string& setting : options.set) {
    follow_above(root, std::string_view(setting).substr(0, setting.find('=')));
    root.set(setting);
  }
  for (const std::string& reference : references) follow(root, reference);
}

RunFile read_run_file(const std::filesystem::path& file, const RunOptions& options) {
  return read_run(ConfigNode::load(file), options);
}

RunFile read_run(ConfigNode root, const RunOptions& options) {
  const std::vector<std::string> keys{"network",        "machine", "machines",    "accelerator",
                                      "energy",         "weights", "pruning",     "activations",
                                      "temporal_tiles", "layers",  "timing_only", "output"};
  root.allow_keys(keys);  // before following references, so that a misspelt key is not taken for a missing one
  resolve_run(root, options);
  root.allow_keys(keys);

  RunFile run;
  run.network = workloads::read_network(root.at("network"));
  if (root.has("accelerator")) run.accelerator = read_accelerator(root.at("accelerator"));
  read_machines(root, run);
  run.energy_table = read_energy_table(root.at("energy"), run.machines, run.accelerator);
  run.weights = read_weights(root.at("weights"), run.network);
  if (root.has("pruning")) run.pruning = read_pruning(root.at("pruning"), run.network);
  run.activations = read_activations(root.at("activations"), run.network);
  if (root.has("temporal_tiles")) {
    run.temporal_tiles = read_temporal_tiles(root.at("temporal_tiles"), run);
  }
  run.layers = read_layers(root, run.network, options);
  check_machine_runs(root, run);
  run.timing_only = options.timing_only || (root.has("timing_only") && root.at("timing_only").as_bool());
  run.output = read_output(root, run.network, options);
  if (options.detailed || options.trace) run.evaluation = scnn::Evaluation::detailed;
  if (options.trace) run.trace = read_trace(*options.trace, run);
  return run;
}

std::vector<InputFile> input_files(const RunFile& run) {
  std::vector<std::filesystem::path> paths;
  if (const auto* weights = std::get_if<std::filesystem::path>(&run.weights)) paths.push_back(*weights);
  if (const auto* activations = std::get_if<ActivationsFile>(&run.activations)) paths.push_back(activations->path);

  std::vector<InputFile> files;
  for (const std::filesystem::path& path : paths) {
    InputFile file{path.filename().string(), path};
    for (int number = 2;
         std::any_of(files.begin(), files.end(), [&](const InputFile& f) { return f.name == file.name; }); ++number) {
      file.name = fmt::format("{}-{}{}", path.stem().string(), number, path.extension().string());
    }
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace sim
