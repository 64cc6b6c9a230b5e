// Does a run, from its file to its results, add up?

#include "sim/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>
#include <tuple>

#include "pruning/hdf5_writer.hpp"
#include "pruning/input_error.hpp"
#include "sim/results_json.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

using ::testing::ElementsAre;
using ::testing::StrEq;

/// Everything about a layer that is an exact number.
void expect_equal_figures(const LayerResult& a, const LayerResult& b) {
  SCOPED_TRACE(a.name + " and " + b.name);
  EXPECT_EQ(a.cycles, b.cycles);
  EXPECT_EQ(a.counters, b.counters);
  EXPECT_EQ(a.pe_cycles, b.pe_cycles);
  EXPECT_EQ(a.weights, b.weights);
  EXPECT_EQ(a.nonzero_weights, b.nonzero_weights);
  EXPECT_EQ(a.activations, b.activations);
  EXPECT_EQ(a.nonzero_activations, b.nonzero_activations);
  EXPECT_EQ(a.dense_macs, b.dense_macs);
  EXPECT_EQ(a.energy.total_pj, b.energy.total_pj);
  EXPECT_EQ(a.storage.weight_bits, b.storage.weight_bits);
  EXPECT_EQ(a.storage.index_bits, b.storage.index_bits);
  EXPECT_EQ(a.storage.placeholders, b.storage.placeholders);
}

void expect_equal_layers(const Results& a, const Results& b) {
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t i = 0; i < a.layers.size(); ++i) expect_equal_figures(a.layers[i], b.layers[i]);
  expect_equal_figures(a.totals.front(), b.totals.front());
}

class Simulation : public ::testing::Test {
 protected:
  Simulation() { write_tiny_tensors(); }
  static Results with_images(const std::string& images, const std::string& more = "") {
    return simulated(tiny_network() + tiny_machine() +
                     "weights: {file: weights.h5}\nactivations: {file: images.h5, images: " + images + "}\n" + more);
  }

  WorkingDirectory directory;
};

TEST_F(Simulation, TotalsAreSumsOfLayers) {
  const Results results = with_images("[0, 2]");
  ASSERT_EQ(results.layers.size(), 4U);
  EXPECT_EQ(results.images, 2);
  LayerResult sum;
  double energy = 0;
  for (const LayerResult& layer : results.layers) {
    EXPECT_GT(layer.cycles, 0);
    EXPECT_TRUE(layer.check.bit_exact.value());
    EXPECT_EQ(layer.pe_cycles.total(), layer.cycles * 4);
    sum.cycles += layer.cycles;
    sum.counters += layer.counters;
    sum.pe_cycles += layer.pe_cycles;
    sum.dense_macs += layer.dense_macs;
    sum.weights += layer.weights;
    energy += layer.energy.total_pj;
    double parts = 0;
    for (const auto& component : layer.energy.components) parts += component.energy_pj;
    EXPECT_DOUBLE_EQ(parts, layer.energy.total_pj);
  }
  EXPECT_EQ(results.totals.front().cycles, sum.cycles);
  EXPECT_EQ(results.totals.front().counters, sum.counters);
  EXPECT_EQ(results.totals.front().pe_cycles, sum.pe_cycles);
  EXPECT_EQ(results.totals.front().dense_macs, sum.dense_macs);
  EXPECT_EQ(results.totals.front().weights, sum.weights);
  EXPECT_DOUBLE_EQ(results.totals.front().energy.total_pj, energy);
  EXPECT_TRUE(results.totals.front().check.bit_exact.value());
}

// Is each image a run of its own: every count of several is the sum of the counts of each?
TEST_F(Simulation, ImagesAddUp) {
  const Results all = with_images("[0, 1, 2]");
  const Results first = with_images("[0]");
  const Results second = with_images("[1]");
  const Results third = with_images("[2]");
  EXPECT_NE(first.totals.front().counters, second.totals.front().counters);
  for (std::size_t i = 0; i < all.layers.size(); ++i) {
    SCOPED_TRACE(all.layers[i].name);
    const LayerResult* single[] = {&first.layers[i], &second.layers[i], &third.layers[i]};
    std::int64_t cycles = 0;
    std::int64_t activations = 0;
    scnn::Counters counters;
    scnn::PeCycles pe_cycles;
    for (const LayerResult* layer : single) {
      cycles += layer->cycles;
      activations += layer->nonzero_activations;
      counters += layer->counters;
      pe_cycles += layer->pe_cycles;
      EXPECT_EQ(layer->weights, all.layers[i].weights);
    }
    EXPECT_EQ(all.layers[i].cycles, cycles);
    EXPECT_EQ(all.layers[i].nonzero_activations, activations);
    EXPECT_EQ(all.layers[i].pe_cycles, pe_cycles);
    for (const auto& info : scnn::counter_table()) {
      EXPECT_EQ(all.layers[i].counters.*info.field, counters.*info.field) << info.name;
    }
  }
  ASSERT_TRUE(all.classification && second.classification);
  EXPECT_EQ(all.classification->best.at(1), second.classification->best.at(0));
  EXPECT_THAT(all.classification->labels.value(), ElementsAre(0, 1, 2));
  EXPECT_THAT(second.classification->labels.value(), ElementsAre(1));
}

/// Layers with inputs of their own.
std::string independent_run() {
  return tiny_network() + tiny_machine() +
         "pruning: {granularity: fine, density: 0.5}\nweights: {synthetic: {}}\n"
         "activations: {synthetic: {density: 0.4}}\n";
}

// Does it change a layer's figures which others are simulated with it, whatever of their activations fits on the chip?
TEST_F(Simulation, LayersDoNotDependOnWhichAreChosen) {
  std::set<std::int64_t> traffic;
  for (const std::string& run : {tiny_run(), independent_run()}) {
    for (const int iaram : {4, 25, 60, 4096}) {
      for (const int oaram : {4, 20, 4096}) {
        RunOptions options;
        options.set = {"accelerator.pe.iaram.elements=" + std::to_string(iaram),
                       "accelerator.pe.oaram.elements=" + std::to_string(oaram)};
        const Results all = simulated(run, options);
        traffic.insert(all.totals.front().counters.dram_activation_bytes_read);
        for (const std::vector<std::size_t>& chosen : {std::vector<std::size_t>{0}, {1}, {2}, {3}, {1, 2}, {0, 2, 3}}) {
          options.layers.clear();
          for (const std::size_t i : chosen) options.layers.push_back(all.layers[i].name);
          const Results some = simulated(run, options);
          ASSERT_EQ(some.layers.size(), chosen.size());
          for (std::size_t i = 0; i < chosen.size(); ++i) expect_equal_figures(some.layers[i], all.layers[chosen[i]]);
        }
      }
    }
  }
  EXPECT_GT(traffic.size(), 4U);  // the placements do differ
}

/// Images for every layer, and weights of which those of `left` cannot be read, since the last is no number, and those
/// of `right` are zero.
std::string run_with_unreadable_weights() {
  pruning::Hdf5Writer weights("bad.h5");
  pruning::Hdf5Writer images("all.h5");
  for (const auto& [name, shape, input] :
       std::vector<std::tuple<std::string, pruning::Shape, pruning::Shape>>{{"conv1", {6, 2, 3, 3}, {1, 2, 9, 8}},
                                                                            {"left", {4, 3, 3, 3}, {1, 6, 5, 4}},
                                                                            {"right", {4, 6, 1, 1}, {1, 6, 5, 4}},
                                                                            {"fc", {5, 24}, {1, 24}}}) {
    pruning::Tensor<float> kernel(shape);
    std::fill(kernel.values.begin(), kernel.values.end(), name == "right" ? 0.0F : 0.5F);
    if (name == "left") kernel.values.back() = std::nanf("");
    weights.write(name + ".weight", kernel);
    pruning::Tensor<float> image(input);
    std::fill(image.values.begin(), image.values.end(), 1.0F);
    images.write(name + "/input", image);
  }
  weights.save();
  images.save();
  return tiny_network() + tiny_machine() + "weights: {file: bad.h5}\nactivations: {file: all.h5}\n";
}

// Are the weights of a layer that is not simulated read only if what its neighbours leave on chip hangs on its output?
TEST_F(Simulation, ReadsNoWeightsThatItDoesNotNeed) {
  const std::string text = run_with_unreadable_weights();
  RunOptions options;
  options.layers = {"conv1", "right", "fc"};
  EXPECT_EQ(simulated(text, options).layers.size(), 3U);
  // Of the output of `left`, 2 positions in 4 channels of the fullest PE, it is open now whether it fits; but what
  // reads it, together with an output of `right` that is all zeros, does not.
  options.set = {"accelerator.pe.oaram.elements=7", "accelerator.pe.iaram.elements=23"};
  EXPECT_EQ(simulated(text, options).layers.size(), 3U);
  options.set = {"accelerator.pe.oaram.elements=7"};
  EXPECT_THROW(simulated(text, options), pruning::InputError);
  options.layers = {"left"};
  EXPECT_THROW(simulated(text, options), pruning::InputError);
}

// Without arithmetic: the same counts, and nothing claimed about values?
TEST_F(Simulation, TimingOnlyCountsTheSame) {
  const Results full = with_images("[0, 1]");
  const Results timing = with_images("[0, 1]", "timing_only: true\n");
  expect_equal_layers(timing, full);
  EXPECT_TRUE(full.layers[0].check.float32.has_value());
  for (const LayerResult& layer : timing.layers) {
    EXPECT_FALSE(layer.check.bit_exact.has_value());
    EXPECT_FALSE(layer.check.float32.has_value());
  }
}

TEST_F(Simulation, DoesNotDependOnTheNumberOfProcesses) {
  for (const std::string& run : {tiny_run(), independent_run()}) {
    const std::string alone = results_json(simulated(run, {}, 1));
    for (const std::int64_t processes : {2, 3}) EXPECT_EQ(results_json(simulated(run, {}, processes)), alone);
  }
}

struct Interruption {};

/// Simulates `run.yaml` with a journal until so many jobs have been finished in all.
/// @return what was reported: jobs taken up, then finished
std::pair<std::size_t, std::size_t> interrupted_after(std::size_t jobs, std::int64_t processes) {
  std::pair<std::size_t, std::size_t> reported;
  JobJournal journal("run.partial", "this");
  const auto listener = [&](const Progress& progress) {
    reported = {progress.taken_up, progress.finished};
    if (progress.finished >= jobs) throw Interruption();
  };
  EXPECT_THROW(simulate(read_run_file("run.yaml"), processes, listener, &journal), Interruption);
  return reported;
}

// Wherever a run is interrupted, are its results those of one that was not, and is nothing simulated twice?
TEST_F(Simulation, GoesOnAfterAnInterruption) {
  for (const std::string& run : {tiny_run() + "layers: [conv1, left, fc]\n", independent_run()}) {
    const Results whole = simulated(run);
    for (const std::int64_t processes : {1, 2}) {
      for (std::size_t jobs = 1; jobs <= whole.layers.size(); ++jobs) {
        SCOPED_TRACE(jobs);
        std::filesystem::remove("run.partial");
        EXPECT_EQ(interrupted_after(jobs, processes), std::pair(std::size_t{0}, jobs));
        if (jobs > 1) {
          // Once more, with the last record cut short.
          std::filesystem::resize_file("run.partial", std::filesystem::file_size("run.partial") - 1);
          EXPECT_EQ(interrupted_after(jobs, processes), std::pair(jobs - 1, jobs));
        }
        JobJournal journal("run.partial", "this");
        std::vector<std::string> simulated_now;
        const Results results = simulate(
            read_run_file("run.yaml"), processes,
            [&](const Progress& progress) {
              EXPECT_EQ(progress.taken_up, jobs);
              if (!progress.layer.empty()) simulated_now.push_back(progress.layer);
            },
            &journal);
        EXPECT_EQ(results_json(results), results_json(whole));
        EXPECT_EQ(simulated_now.size(), whole.layers.size() - jobs);
      }
    }
  }
}

// Is the fixed-point network close to the float one, and closer with wider accumulators?
TEST_F(Simulation, IsCloseToFloat32) {
  const auto snr = [&](int bits) {
    RunOptions options;
    options.set = {"accelerator.pe.accumulators.bits=" + std::to_string(bits)};
    return simulated(tiny_run(), options).layers[0].check.float32.value().snr_db().value();
  };
  EXPECT_GT(snr(24), 90);
  EXPECT_GT(snr(24), snr(16) + 10);
}

// Without any file: are the densities those asked for, the seeds on record, and the results those of the seeds?
TEST_F(Simulation, RunsOnSyntheticTensors) {
  const auto text = [](int weights, int activations) {
    return tiny_network() + tiny_machine() +
           "pruning: {granularity: fine, density: 0.5}\nweights: {synthetic: {seed: " + std::to_string(weights) +
           "}}\nactivations: {synthetic: {seed: " + std::to_string(activations) +
           ", density: {default: 0.5, fc: 1}}}\n";
  };
  const Results results = simulated(text(3, 4));
  EXPECT_EQ(results.provenance.seeds, (std::map<std::string, std::uint64_t>{{"weights", 3}, {"activations", 4}}));
  EXPECT_TRUE(results.totals.front().check.bit_exact.value());
  EXPECT_FALSE(results.classification.has_value());
  for (const LayerResult& layer : results.layers) {
    EXPECT_EQ(layer.storage.kept_grains, (layer.weights + 1) / 2) << layer.name;
    EXPECT_LE(layer.nonzero_weights, layer.storage.kept_grains) << layer.name;
    EXPECT_NEAR(activation_density(layer), layer.name == "fc" ? 1 : 0.5, 0.25) << layer.name;
  }
  expect_equal_layers(simulated(text(3, 4)), results);
  EXPECT_NE(simulated(text(3, 5)).totals.front().counters, results.totals.front().counters);
  EXPECT_NE(simulated(text(2, 4)).totals.front().counters, results.totals.front().counters);
}

// Does pruning by coarse grains leave stored zeros and whole grains in the figures?
TEST_F(Simulation, PrunesByGrains) {
  const Results rows = simulated(tiny_run() + "pruning: {granularity: vector, density: {default: 0.25, fc: 0.5}}\n");
  EXPECT_EQ(rows.layers[0].storage.kept_grains, 9);  // of 36 rows
  EXPECT_EQ(rows.layers[0].storage.weight_bits, 9 * 3 * 8);
  EXPECT_EQ(rows.layers[0].storage.index_bits, 9 * 4);
  EXPECT_EQ(rows.layers[3].storage.kept_grains, 60);  // of 120 weights, each a row
  EXPECT_GT(rows.layers[0].counters.placeholder_lanes, 0);
  EXPECT_TRUE(rows.totals.front().check.bit_exact.value());
}

/// Two channels, normalised with scales of 1/2 and 2: exact in binary.
class BatchNorm : public ::testing::Test {
 protected:
  BatchNorm() {
    const pruning::Tensor<float> kernel({2, 1, 1, 2}, {1, -3, 0.5F, 2});
    const pruning::Tensor<float> folded_kernel({2, 1, 1, 2}, {0.5F, -1.5F, 1, 4});
    pruning::Hdf5Writer separate("separate.h5");
    separate.write("conv.weight", kernel);
    separate.write("conv.bias", vector({1, 0.5F}));
    separate.write("bn.weight", vector({1, 1}));
    separate.write("bn.bias", vector({0.25F, -8}));
    separate.write("bn.running_mean", vector({3, -1}));
    separate.write("bn.running_var", vector({3.75F, 0}));
    separate.save();
    pruning::Hdf5Writer folded("folded.h5");
    folded.write("conv.weight", folded_kernel);
    folded.write("conv.bias", vector({(1 - 3) * 0.5F + 0.25F, (0.5F + 1) * 2 - 8}));
    folded.save();
    pruning::Hdf5Writer images("images.h5");
    images.write("conv/input", pruning::Tensor<float>({1, 1, 3, 4}, {0, 1, 2, -4, 0, 0.5F, 3, 0, 5, 0, 0, 1.25F}));
    images.save();
  }
  static pruning::Tensor<float> vector(std::vector<float> values) {
    const auto size = static_cast<std::int64_t>(values.size());
    return {{size}, std::move(values)};
  }
  static Results run(const std::string& layers, const std::string& weights) {
    return simulated("network:\n  name: normalised\n  input: {channels: 1, height: 3, width: 4}\n  layers:\n" + layers +
                     "weights: {file: " + weights + "}\nactivations: {file: images.h5, inputs: computed}\n");
  }

  WorkingDirectory directory;
};

// Is a network with a batch normalisation the network in which it is folded into the weights?
TEST_F(BatchNorm, IsFoldedIntoTheLayerBefore) {
  const std::string end = "  - {name: end, type: global_average_pool}\n";
  const Results folded =
      run("  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2], relu: true}\n" + end, "folded.h5");
  EXPECT_TRUE(folded.totals.front().check.bit_exact.value());
  for (const std::string layers : {"  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2]}\n"
                                   "  - {name: bn, type: batch_norm, epsilon: 0.25, relu: true}\n",
                                   "  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2]}\n"
                                   "  - {name: bn, type: batch_norm, epsilon: 0.25}\n"
                                   "  - {name: rectify, type: relu}\n"}) {
    const Results separate = run(layers + end, "separate.h5");
    expect_equal_layers(separate, folded);
    EXPECT_EQ(separate.layers[0].check.float32->noise, folded.layers[0].check.float32->noise);
    EXPECT_EQ(separate.layers[0].check.float32->signal, folded.layers[0].check.float32->signal);
    EXPECT_EQ(separate.classification->best, folded.classification->best);
    EXPECT_THAT(separate.layers[0].name, StrEq("conv"));
  }
}

// Is a normalisation that the file lacks, or has for other channels, refused before any work, wherever it stands?
TEST_F(BatchNorm, MustBeInTheFileForTheChannelsOfItsLayer) {
  const auto message = [](const std::string& layers) -> std::string {
    try {
      run(layers, "separate.h5");
    } catch (const pruning::InputError& error) {
      return error.what();
    }
    return "accepted";
  };
  const std::string conv = "  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2]}\n";
  const std::string rectified = "  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2], relu: true}\n";
  const std::string missing =
      "separate.h5: bn2: the file has no batch normalisation for this layer of the network; did you mean 'bn'?";
  EXPECT_EQ(message(conv + "  - {name: bn2, type: batch_norm}\n"), missing);
  EXPECT_EQ(message(rectified + "  - {name: bn2, type: batch_norm}\n"), missing);
  EXPECT_EQ(message(rectified + "  - {name: twice, type: concat, inputs: [conv, conv]}\n" +
                    "  - {name: bn, type: batch_norm}\n"),
            "separate.h5: bn: batch normalisation of 2 channels does not match the network, which needs 4");
}

// With synthetic weights, does a normalisation that stays a layer let activations through?
TEST_F(BatchNorm, ChangesNothingWithSyntheticWeights) {
  const auto with = [](const std::string& norm) {
    return simulated(
        "network:\n  name: normalised\n  input: {channels: 1, height: 3, width: 4}\n  layers:\n"
        "  - {name: conv, type: conv, output_channels: 2, kernel: [1, 2], relu: true}\n" +
        norm +
        "  - {name: end, type: conv, output_channels: 3, kernel: 2}\n"
        "weights: {synthetic: {}}\nactivations: {file: images.h5, inputs: computed}\n");
  };
  expect_equal_layers(with("  - {name: bn, type: batch_norm, epsilon: 0}\n"), with(""));
}

}  // namespace
}  // namespace sim::test
