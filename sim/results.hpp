#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/eie/eie.hpp"
#include "models/energy/energy.hpp"
#include "pruning/storage.hpp"
#include "sim/accelerator.hpp"
#include "sim/machine.hpp"
#include "sim/pruning_choice.hpp"

namespace sim {

/// Storage of a layer's weights after pruning, and what it does not count.
struct Storage : pruning::StorageSize {
  std::int64_t placeholders = 0;  ///< in the 16-bit streams that the machine reads; not part of the ratio

  Storage& operator+=(const Storage& other);
};

/// Squared sums from which signal-to-noise ratios of layers and images are pooled.
struct Deviation {
  double signal = 0;  ///< sum of squares of the reference
  double noise = 0;   ///< sum of squares of the difference
  double largest_difference = 0;

  /// Nothing if there is no signal or no noise.
  [[nodiscard]] std::optional<double> snr_db() const;
  Deviation& operator+=(const Deviation& other);
};

/// What the run verified of a layer; absent fields were not checked (`--timing-only`, no recorded output).
struct Check {
  std::optional<bool> bit_exact;      ///< the machine's outputs against a dense convolution in the same arithmetic
  std::optional<Deviation> float32;   ///< outputs (with bias, before ReLU) against float32 arithmetic
  std::optional<Deviation> recorded;  ///< outputs against `<layer>/output` of the activations file
};

struct Mapping {
  std::int64_t output_channels_per_group = 0;
  std::int64_t groups = 0;
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
};

/// Where a layer's activations come from and go to, with the reason if that is DRAM: `on chip`, `network input`, `does
/// not fit`, ... (`reason_of_traffic`).
struct ActivationPlaces {
  std::string input;
  std::string output;
};

/// One layer on one machine, summed over the images of the run. Each image is a run of the layer of its own.
struct LayerResult : MachineCounts {
  Machine machine = Machine::scnn;
  std::string name;
  std::int64_t cycles = 0;
  Mapping mapping;
  ActivationPlaces places;           ///< empty if the machine has no memories
  std::int64_t weights = 0;          ///< elements of the weight tensor
  std::int64_t nonzero_weights = 0;  ///< after quantisation
  std::int64_t activations = 0;      ///< elements of the input, over all images
  std::int64_t nonzero_activations = 0;
  std::int64_t dense_macs = 0;  ///< of the dense layer, over all images
  eie::SramUse sram;            ///< of a layer on EIE
  energy::Breakdown energy;     ///< without components if the machine has none that count
  Storage storage;
  Check check;
};

/// What came out at the end of the network, per image; only if every layer's input was computed.
struct Classification {
  std::vector<std::vector<int>> best;      ///< up to five classes per image, best first
  std::optional<std::vector<int>> labels;  ///< right classes, where the activations file holds `labels`

  /// Images whose best class is the label; nothing without labels.
  [[nodiscard]] std::optional<int> correct() const;
};

struct Provenance {
  std::string version;
  std::string commit;
  std::string command;  ///< arguments that can change a result, paths as bare file names
  std::map<std::string, std::uint64_t> seeds;
  std::map<std::string, std::string> inputs;  ///< bare file name to SHA-256
};

struct Results {
  Provenance provenance;
  std::string network;
  int images = 1;
  Accelerator accelerator;
  energy::Table energy_table;
  PruningChoice pruning;
  std::vector<Machine> machines{Machine::scnn};
  bool by_layer_type = false;       ///< each layer on one of the machines, which are two; else on all
  std::vector<LayerResult> layers;  ///< machine by machine
  std::vector<LayerResult> totals;  ///< by machine, of those with layers; name `total`; mapping is not meaningful
  std::optional<Classification> classification;
};

/// What a run took on this host; kept apart from the results because it differs from run to run.
struct HostFigures {
  double seconds = 0;             ///< of the whole run, on the wall clock
  double simulation_seconds = 0;  ///< in the model of the machine, summed over processes
  std::int64_t peak_memory_bytes = 0;
  double products_per_second = 0;  ///< of simulation
};

/// Share of the multipliers' cycles that formed a product of two non-zero values: products / (cycles PEs F I).
/// Of EIE updates / (cycles PEs).
double utilisation(const LayerResult& layer, const scnn::Parameters& accelerator);

/// Area of all PEs of a machine [mm2]; nothing if the energy table has no areas.
std::optional<double> area_mm2(const Results& results, Machine machine);

/// What the cycles take.
double microseconds(const LayerResult& layer, const Accelerator& accelerator);

/// Bytes of all kinds.
std::int64_t dram_bytes(const LayerResult& layer);

/// Non-zero shares of the layer's tensors, 0 to 1.
double weight_density(const LayerResult& layer);
double activation_density(const LayerResult& layer);

/// The layers of one machine, and their total.
struct MachineResults {
  std::span<const LayerResult> layers;
  const LayerResult& total;

  [[nodiscard]] Machine machine() const { return total.machine; }
};
std::vector<MachineResults> by_machine(const Results& results);

/// Adds up the layers of each machine into `results.totals`.
void add_up(Results& results);

}  // namespace sim
