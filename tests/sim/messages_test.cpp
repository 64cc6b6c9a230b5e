// Does every mistake in a run file get the one line that helps? The lines stand in golden/messages.txt.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pruning/input_error.hpp"
#include "sim/run_file.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

struct Mistake {
  std::string what;
  std::string text;  ///< of the run file
  RunOptions options;
};

const std::string weights = "weights: {file: weights.h5}\n";
const std::string activations = "activations: {file: images.h5}\n";
const std::string tensors = weights + activations;
const std::string good = "network: tiny.yaml\n" + tensors;

std::string synthetic_weights(const std::string& keys) {
  return "network: tiny.yaml\nweights: {synthetic: {" + keys + "}}\n" + activations;
}

std::string synthetic_activations(const std::string& keys) {
  return "network: tiny.yaml\n" + weights + "activations: {synthetic: {" + keys + "}}\n";
}

RunOptions with_settings(std::vector<std::string> settings) {
  RunOptions options;
  options.set = std::move(settings);
  return options;
}

RunOptions with_layers(std::vector<std::string> layers) {
  RunOptions options;
  options.layers = std::move(layers);
  return options;
}

RunOptions with_output(const std::string& directory) {
  RunOptions options;
  options.output = directory;
  return options;
}

std::vector<Mistake> mistakes() {
  return {
      {"empty file", "", {}},
      {"no mapping", "- network\n", {}},
      {"no YAML", "network: {tiny\n", {}},
      {"misspelt key", good + "prunning: {granularity: fine}\n", {}},
      {"unknown key", good + "colour: blue\n", {}},
      {"key given twice", good + "network: tiny.yaml\n", {}},
      {"no network", tensors, {}},
      {"missing network file", "network: tinny.yaml\n" + tensors, {}},
      {"network is a list", "network: [tiny.yaml]\n" + tensors, {}},
      {"network is a directory", "network: .\n" + tensors, {}},
      {"network without weighted layers", "network: pools.yaml\n" + tensors, {}},
      {"mistake inside the network file", "network: misspelt.yaml\n" + tensors, {}},
      {"no weights", "network: tiny.yaml\n" + activations, {}},
      {"no activations", "network: tiny.yaml\n" + weights, {}},
      {"weights is a string", "network: tiny.yaml\nweights: weights.h5\n" + activations, {}},
      {"weights from nowhere", "network: tiny.yaml\nweights: {}\n" + activations, {}},
      {"weights from both", "network: tiny.yaml\nweights: {file: weights.h5, synthetic: {}}\n" + activations, {}},
      {"output directory without a name", good, with_output("")},
      {"missing weights file", "network: tiny.yaml\nweights: {file: wieghts.h5}\n" + activations, {}},
      {"misspelt synthetic key", "network: tiny.yaml\nweights: {synthetic: {sead: 1}}\n" + activations, {}},
      {"negative seed", "network: tiny.yaml\nweights: {synthetic: {seed: -1}}\n" + activations, {}},
      {"images of synthetic activations",
       "network: tiny.yaml\n" + weights + "activations: {synthetic: {}, images: [0]}\n",
       {}},
      {"synthetic density above one",
       "network: tiny.yaml\n" + weights + "activations: {synthetic: {density: 1.5}}\n",
       {}},
      {"unknown distribution", synthetic_weights("distribution: gauss"), {}},
      {"negative spread of kernels", synthetic_weights("kernel_scale_sigma: -1"), {}},
      {"spread of an unknown kernel", synthetic_weights("kernel_scale_sigma: {conv12: 1}"), {}},
      {"misspelt correlation", synthetic_activations("corelation_length: 2"), {}},
      {"correlation beyond any plane", synthetic_activations("correlation_length: 1e6"), {}},
      {"spread that is a word", synthetic_activations("channel_spread: wide"), {}},
      {"profile without that column", synthetic_activations("channel_spread: {file: good.csv}"), {}},
      {"profile with an unknown column", synthetic_activations("channel_spread: {file: misspelt.csv}"), {}},
      {"profile with a column twice", synthetic_activations("channel_spread: {file: doubled.csv}"), {}},
      {"profile with a negative length", synthetic_activations("correlation_length: {file: negative.csv}"), {}},
      {"no image", "network: tiny.yaml\n" + weights + "activations: {file: images.h5, images: []}\n", {}},
      {"negative image", "network: tiny.yaml\n" + weights + "activations: {file: images.h5, images: [0, -1]}\n", {}},
      {"image listed twice", "network: tiny.yaml\n" + weights + "activations: {file: images.h5, images: [1, 1]}\n", {}},
      {"images is a number", "network: tiny.yaml\n" + weights + "activations: {file: images.h5, images: 2}\n", {}},
      {"unknown inputs", "network: tiny.yaml\n" + weights + "activations: {file: images.h5, inputs: record}\n", {}},
      {"misspelt granularity", good + "pruning: {granularity: vektor, density: 0.3}\n", {}},
      {"density without granularity", good + "pruning: {density: 0.3}\n", {}},
      {"granularity without density", good + "pruning: {granularity: fine}\n", {}},
      {"density of zero point three percent sign", good + "pruning: {granularity: fine, density: 30%}\n", {}},
      {"density above one", good + "pruning: {granularity: fine, density: 30}\n", {}},
      {"negative density", good + "pruning: {granularity: fine, density: -0.1}\n", {}},
      {"density that is no number", good + "pruning: {granularity: fine, density: .nan}\n", {}},
      {"density of an unknown layer", good + "pruning: {granularity: fine, density: {conv3: 0.3}}\n", {}},
      {"density of a pooling layer", good + "pruning: {granularity: fine, density: {pool1: 0.3}}\n", {}},
      {"unknown exempt layer", good + "pruning: {granularity: fine, density: 0.3, exempt: [conv11]}\n", {}},
      {"weights of no bits", good + "pruning: {storage: {weight_bits: 0}}\n", {}},
      {"missing profile", good + "pruning: {granularity: fine, density: {file: none.csv}}\n", {}},
      {"empty profile", good + "pruning: {granularity: fine, density: {file: empty.csv}}\n", {}},
      {"profile without header", good + "pruning: {granularity: fine, density: {file: headless.csv}}\n", {}},
      {"profile with a bad density", good + "pruning: {granularity: fine, density: {file: percent.csv}}\n", {}},
      {"profile without a density", good + "pruning: {granularity: fine, density: {file: short.csv}}\n", {}},
      {"profile with a layer twice", good + "pruning: {granularity: fine, density: {file: twice.csv}}\n", {}},
      {"profile with an unknown layer", good + "pruning: {granularity: fine, density: {file: unknown.csv}}\n", {}},
      {"profile of activations with an unknown layer",
       "network: tiny.yaml\n" + weights + "activations: {synthetic: {density: {file: unknown.csv}}}\n",
       {}},
      {"missing profile of activations",
       "network: tiny.yaml\n" + weights + "activations: {synthetic: {density: {file: none.csv, default: 0.5}}}\n",
       {}},
      {"density of an unknown layer beside a profile",
       good + "pruning: {granularity: fine, density: {file: good.csv, conv3: 0.3}}\n",
       {}},
      {"zero rows", good + "accelerator: {pe: {rows: 0}}\n", {}},
      {"rows with a fraction", good + "accelerator: {pe: {rows: 2.5}}\n", {}},
      {"too many PEs", good + "accelerator: {pe: {rows: 128, columns: 128}}\n", {}},
      {"too many partial sums", good + "accelerator: {pe: {accumulators: {banks: 1024, entries: 2048}}}\n", {}},
      {"three accumulator sets", good + "accelerator: {pe: {accumulators: {sets: 3}}}\n", {}},
      {"misspelt parameter", good + "accelerator: {pe: {bypass: {register_per_bank: 1}}}\n", {}},
      {"parameter at the wrong level", good + "accelerator: {rows: 4}\n", {}},
      {"parameter group is a number", good + "accelerator: {pe: 8}\n", {}},
      {"unknown stationary", good + "accelerator: {pe: {stationary: output}}\n", {}},
      {"merge is a number", good + "accelerator: {pe: {bypass: {merge: 1}}}\n", {}},
      {"negative bandwidth", good + "accelerator: {dram: {bytes_per_cycle: -1}}\n", {}},
      {"bandwidth with four decimals", good + "accelerator: {dram: {bytes_per_cycle: 0.0001}}\n", {}},
      {"misspelt built-in energy table", good + "energy: scnn-16mn\n", {}},
      {"missing energy file", good + "energy: scnn.yaml\n", {}},
      {"energy table without an action", good + "energy: incomplete.yaml\n", {}},
      {"energy of an unknown component", good + "energy: {name: a, unit: pJ, components: {multiplier: {}}}\n", {}},
      {"energy of an unknown action", good + "energy: {name: a, unit: pJ, components: {iaram: {reed: {}}}}\n", {}},
      {"energy in an unknown unit", good + "energy: {name: a, unit: nJ, components: {}}\n", {}},
      {"relative energy called pJ", good,
       with_settings({"energy=eyeriss-relative", "energy.components.dram.read_weights.energy_pj=1"})},
      {"negative energy", good, with_settings({"energy.components.dram.read_weights.energy_pj=-1"})},
      {"energy of no bits", good, with_settings({"energy.components.dram.read_weights.bits=0"})},
      {"energy derived from an unknown node", good,
       with_settings({"energy.technology.multiplication=[{bits: 16, energy_pj: 1, node: 7 nm, source: me}]"})},
      {"area of a node of which only energies scale", good,
       with_settings({"energy.technology.adder_area=[{bits: 32, area_um2: 1, node: 65 nm, source: me}]"})},
      {"energy derived from no point", good, with_settings({"energy.technology.memory=[]"})},
      {"energy derived from points out of order", good,
       with_settings({"energy.technology.addition=[{bits: 16, energy_pj: 1, node: 16 nm, source: me}, "
                      "{bits: 8, energy_pj: 1, node: 16 nm, source: me}]"})},
      {"energy derived from points that lead out of all bounds", good,
       with_settings({"energy.technology.memory=[{bytes: 1, bits: 1, energy_pj: 1, node: 16 nm, source: me}, "
                      "{bytes: 1.001, bits: 1, energy_pj: 10, node: 16 nm, source: me}]"})},
      {"energy derived from a point of nothing", good, with_settings({"energy.technology.dram.energy_pj=0"})},
      {"misspelt quantity of a technology", good, with_settings({"energy.technology.memroy=[]"})},
      {"technology in MACs", good, with_settings({"energy.unit=MAC"})},
      {"areas beside a technology", good, with_settings({"energy.areas={scnn: {}}"})},
      {"areas of an unknown machine", good, with_settings({"energy=eyeriss-relative", "energy.areas={snn: {}}"})},
      {"missing reference table", good + "energy: {ert: ERT.yml}\n", {}},
      {"reference table that is none", good + "energy: {ert: tiny.yaml}\n", {}},
      {"reference table of no tables", good + "energy: {ert: none.yaml}\n", {}},
      {"reference table without a component", good + "energy: {ert: ERT.yaml}\n", {}},
      {"reference table without a mapped component",
       good + "energy: {ert: ERT.yaml, map: {multipliers: {name: ram}}}\n",
       {}},
      {"reference table without an action",
       good + "energy: {ert: ERT.yaml, map: {multipliers: {name: PE.mac, actions: {merge_add: add}}}}\n",
       {}},
      {"reference table without a mapped action",
       good + "energy: {ert: ERT.yaml, map: {multipliers: {name: PE.mac, actions: {multiply: multiplyy}}}}\n",
       {}},
      {"reference table with two components of a name",
       good + "energy: {ert: ERT.yaml, map: {multipliers: {name: mac}}}\n",
       {}},
      {"reference table with two actions of a name",
       good + "energy: {ert: ERT.yaml, map: {multipliers: {name: PE.mac, actions: {multiply: add}}}}\n",
       {}},
      {"map of an unknown component", good + "energy: {ert: ERT.yaml, map: {multiplier: {}}}\n", {}},
      {"map of an unknown action", good + "energy: {ert: ERT.yaml, map: {dram: {actions: {read: read}}}}\n", {}},
      {"layers is a string", good + "layers: conv1\n", {}},
      {"no layer", good + "layers: []\n", {}},
      {"unknown layer", good + "layers: [conv1, convo2]\n", {}},
      {"layer named twice", good + "layers: [conv1, conv1]\n", {}},
      {"unknown layer on the command line", good, with_layers({"cnov1"})},
      {"pooling layer on the command line", good, with_layers({"pool1"})},
      {"timing_only is a word", good + "timing_only: yes\n", {}},
      {"output is a string", good + "output: out\n", {}},
      {"empty output directory", good + "output: {directory: \"\"}\n", {}},
      {"setting without a value", good, with_settings({"pruning.density"})},
      {"setting of an unknown key", good, with_settings({"accelerator.pe.rovs=4"})},
      {"setting of a wrong value", good, with_settings({"accelerator.pe.rows=many"})},
      {"setting below a value", good, with_settings({"timing_only.x=1"})},
  };
}

TEST(Messages, OfMistakesInRunFiles) {
  const WorkingDirectory directory;
  write_file("tiny.yaml",
             "name: tiny\ninput: {channels: 3, height: 8, width: 8}\nlayers:\n"
             "  - {name: conv1, type: conv, output_channels: 8, kernel: 3}\n"
             "  - {name: pool1, type: max_pool, kernel: 2}\n"
             "  - {name: conv2, type: conv, output_channels: 8, kernel: 3}\n");
  write_file("pools.yaml",
             "name: pools\ninput: {channels: 3, height: 8, width: 8}\nlayers:\n"
             "  - {name: pool1, type: max_pool, kernel: 2}\n");
  write_file("misspelt.yaml",
             "name: tiny\ninput: {channels: 3, height: 8, width: 8}\nlayers:\n"
             "  - {name: conv1, type: conv, output_channels: 8, kernal: 3}\n");
  write_file("weights.h5", "weights");
  write_file("images.h5", "images");
  write_file("incomplete.yaml",
             "name: incomplete\nunit: pJ\ncomponents:\n"
             "  multipliers: {multiply: {energy_pj: 1, bits: 16, node: 16 nm, source: measured}}\n");
  write_file("ERT.yaml",
             "ERT:\n  version: '0.4'\n  tables:\n"
             "  - {name: system.PE.mac, actions: [{name: compute, energy: 1}, {name: add, energy: 1}, "
             "{name: add, energy: 2}]}\n"
             "  - {name: system.mac, actions: [{name: compute, energy: 1}]}\n");
  write_file("none.yaml", "ERT: {version: 0.4, tables: []}\n");
  write_file("empty.csv", "\n");
  write_file("headless.csv", "conv1,0.3\n");
  write_file("percent.csv", "layer,density\nconv1,30%\n");
  write_file("short.csv", "layer,density\nconv1\n");
  write_file("good.csv", "# A comment\nlayer,density\nconv1,0.3\n");
  write_file("misspelt.csv", "layer,chanel_spread\nconv1,0.3\n");
  write_file("doubled.csv", "layer,channel_spread,channel_spread\nconv1,0.3,0.3\n");
  write_file("negative.csv", "layer,density,correlation_length\nconv1,0.3,2\nconv2,0.3,-2\n");
  write_file("twice.csv", "layer,density\nconv1,0.3\nconv1,0.4\n");
  write_file("unknown.csv", "layer,density\nconv1,0.3\nconv7,0.4\n");

  std::string messages;
  for (const Mistake& mistake : mistakes()) {
    write_file("run.yaml", mistake.text);
    std::string message = "accepted";
    try {
      read_run_file("run.yaml", mistake.options);
      ADD_FAILURE() << mistake.what << " was accepted";
    } catch (const pruning::InputError& error) {
      message = error.what();
    }
    EXPECT_EQ(message.find('\n'), std::string::npos) << mistake.what;
    messages += fmt::format("{}\n    {}\n", mistake.what, message);
  }
  expect_golden(messages, "tests/sim/golden/messages.txt");
}

}  // namespace
}  // namespace sim::test
