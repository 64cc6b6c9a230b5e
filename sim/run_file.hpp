#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "models/energy/energy.hpp"
#include "models/scnn/evaluation.hpp"
#include "pruning/input_error.hpp"
#include "sim/accelerator.hpp"
#include "sim/machine.hpp"
#include "sim/pruning_choice.hpp"
#include "sim/trace.hpp"
#include "workloads/network.hpp"
#include "workloads/synthetic.hpp"

namespace sim {

/// Which layers take their input from the activations file.
enum class LayerInputs {
  recorded,  ///< every layer that has `<layer>/input` there
  computed   ///< those that read the network's image; the others get what the layers before them put out
};

struct ActivationsFile {
  std::filesystem::path path;
  std::vector<std::int64_t> images{0};  ///< positions in the file's first dimension
  LayerInputs inputs = LayerInputs::recorded;
  pruning::Location images_location;  ///< where `images` stands, for a message about an image that the file lacks
};

/// A run file, resolved: references followed, every default filled in, everything checked that can be without
/// opening the tensors.
struct RunFile {
  workloads::Network network;
  Accelerator accelerator;
  std::vector<Machine> machines{Machine::scnn};  ///< each once
  bool by_layer_type = false;  ///< two machines: one for convolutions, then one for fully connected layers
  energy::Table energy_table;
  std::variant<std::filesystem::path, workloads::SyntheticWeights> weights;
  PruningChoice pruning;
  std::variant<ActivationsFile, workloads::SyntheticActivations> activations;
  std::map<std::string, pruning::RowsColumns> temporal_tiles;  ///< by layer; the others are cut until they fit
  std::vector<std::string> layers;  ///< conv and linear layers to simulate, in the network's order
  bool timing_only = false;         ///< no arithmetic
  std::filesystem::path output;     ///< relative to the working directory

  // How to look at the machine, which changes no result.
  scnn::Evaluation evaluation = scnn::Evaluation::fast;
  std::optional<Trace> trace;

  /// Whether a layer runs on the machine of that position in `machines`.
  [[nodiscard]] bool runs_on(const workloads::Layer& layer, std::size_t machine) const {
    return !by_layer_type || machine == (layer.type == workloads::LayerType::linear ? 1U : 0U);
  }
  /// Whether a layer runs on EIE, and so with shared weights.
  [[nodiscard]] bool runs_on_eie(const workloads::Layer& layer) const {
    return layer.type == workloads::LayerType::linear && machines.back() == Machine::eie;
  }
};

/// A dotted key of a run file and the value that takes the place of the one there.
struct Overlay {
  std::string key;
  workloads::ConfigNode value;
};

/// What the command line, or a sweep, adds to a run file.
struct RunOptions {
  std::vector<Overlay> overlays;                ///< applied in order after references are followed
  std::vector<std::string> set;                 ///< `KEY=VALUE`, likewise, after the overlays
  std::vector<std::string> layers;              ///< instead of the run file's; empty: not given
  bool timing_only = false;                     ///< also if the run file says no
  std::optional<std::filesystem::path> output;  ///< instead of the run file's
  bool detailed = false;                        ///< block by block
  std::optional<TraceOptions> trace;            ///< block by block as well
};

/// Keys: network, machine or machines, accelerator, energy, weights, pruning, activations, temporal_tiles,
/// layers, timing_only, output.
/// `network`, `accelerator` and `energy` are mappings or paths of files with the mapping, relative to the file
/// that names them; `energy` is also the name of a table that is built in.
/// @throws pruning::InputError
RunFile read_run_file(const std::filesystem::path& file, const RunOptions& options = {});

/// As above, of a document that is in memory. @param root changed: references are replaced by what they name
RunFile read_run(workloads::ConfigNode root, const RunOptions& options = {});

/// Follows the references of a run file and sets what the options say, with no further check.
void resolve_run(workloads::ConfigNode& root, const RunOptions& options);

/// A tensor file that a run reads, under the bare name by which its results refer to it.
struct InputFile {
  std::string name;
  std::filesystem::path path;
};

/// Weights, then activations, as far as they are files. Different files of one bare name are told apart by a
/// number: `a.h5`, `a-2.h5`.
std::vector<InputFile> input_files(const RunFile& run);

}  // namespace sim
