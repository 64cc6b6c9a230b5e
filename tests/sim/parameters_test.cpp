// Are the parameters that users see those of machine.md, and is each described, read and written alike?

#include "models/scnn/parameters.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "pruning/input_error.hpp"
#include "sim/accelerator_config.hpp"
#include "tests/sim/support.hpp"

namespace sim::test {
namespace {

using workloads::ConfigNode;

TEST(Parameters, AreThoseOfTheMachineWithThePublishedDefaults) {
  const std::map<std::string, std::string> expected{{"pe.rows", "8"},
                                                    {"pe.columns", "8"},
                                                    {"pe.weights_per_cycle", "4"},
                                                    {"pe.activations_per_cycle", "4"},
                                                    {"pe.accumulators.banks", "32"},
                                                    {"pe.accumulators.entries", "32"},
                                                    {"pe.accumulators.sets", "2"},
                                                    {"pe.accumulators.bits", "24"},
                                                    {"pe.crossbar.bank_queue", "8"},
                                                    {"pe.crossbar.bank_writes", "0"},
                                                    {"pe.crossbar.lane_queue", "1"},
                                                    {"pe.bypass.registers_per_bank", "0"},
                                                    {"pe.bypass.merge", "false"},
                                                    {"pe.stationary", "input"},
                                                    {"pe.weight_fifo.entries", "50"},
                                                    {"pe.pipeline_latency", "4"},
                                                    {"pe.iaram.elements", "4096"},
                                                    {"pe.oaram.elements", "4096"},
                                                    {"output_channels_per_group", "8"},
                                                    {"broadcast.entries_per_cycle", "5"},
                                                    {"dram.bytes_per_cycle", "50"},
                                                    {"dram.latency", "0"},
                                                    {"ppu.values_per_cycle", "4"},
                                                    {"halo.values_per_cycle", "4"},
                                                    {"index_bits", "4"},
                                                    {"clock_ghz", "1"}};
  std::map<std::string, std::string> actual;
  for (const scnn::ParameterInfo& info : scnn::parameter_table()) {
    actual[std::string(info.key)] = value_text(info, scnn::Parameters{});
    EXPECT_FALSE(info.meaning.empty()) << info.key;
  }
  EXPECT_EQ(actual, expected);
}

TEST(Parameters, OfTheAcceleratorFileAreTheDefaults) {
  const std::string file = "configs/accelerators/scnn.yaml";
  expect_golden(
      "# The published SCNN (Parashar et al., ISCA 2017), every parameter with its default.\n" + accelerator_yaml({}),
      file);
  EXPECT_EQ(read_accelerator(ConfigNode::load(std::string(SCNN_SOURCE_DIR) + '/' + file)), scnn::Parameters{});
}

/// Another value of the parameter within its range.
void change(scnn::Parameters& parameters, const scnn::ParameterInfo& info) {
  std::visit(
      [&](auto field) {
        auto& value = parameters.*field;
        using Value = std::remove_reference_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, bool>) {
          value = !value;
        } else if constexpr (std::is_same_v<Value, scnn::Stationary>) {
          value = scnn::Stationary::weight;
        } else if constexpr (std::is_same_v<Value, double>) {
          value += 0.125;
        } else {
          value = static_cast<double>(value) < info.most ? value + 1 : value - 1;
        }
      },
      info.field);
}

TEST(Parameters, AreReadBackOneByOne) {
  for (const scnn::ParameterInfo& info : scnn::parameter_table()) {
    scnn::Parameters changed;
    change(changed, info);
    ASSERT_NE(changed, scnn::Parameters{}) << info.key;
    EXPECT_EQ(read_accelerator(ConfigNode::parse(accelerator_yaml(changed), "text")), changed) << info.key;
    // Alone, as --set gives it; everything else keeps its default.
    ConfigNode node = ConfigNode::parse("{}", "text");
    node.set(std::string(info.key) + '=' + value_text(info, changed));
    EXPECT_EQ(read_accelerator(node), changed) << info.key;
  }
}

TEST(Parameters, OfEieAreReadBackOneByOne) {
  const std::map<std::string, std::string> expected{{"eie.pes", "64"},
                                                    {"eie.queue", "8"},
                                                    {"eie.index_bits", "4"},
                                                    {"eie.weight_bits", "4"},
                                                    {"eie.entries_per_word", "8"},
                                                    {"eie.activations_per_pe", "64"},
                                                    {"eie.pipeline_latency", "4"},
                                                    {"eie.clock_ghz", "0.8"}};
  std::map<std::string, std::string> actual;
  for (const eie::ParameterInfo& info : eie::parameter_table()) {
    actual[std::string(info.key)] = value_text(info, eie::Parameters{});
    eie::Parameters changed;
    std::visit([&](auto field) { changed.*field += 1; }, info.field);
    EXPECT_EQ(read_accelerator(ConfigNode::parse(eie_yaml(changed), "text")).eie, changed) << info.key;
    ConfigNode node = ConfigNode::parse("{}", "text");
    node.set(std::string(info.key) + '=' + value_text(info, changed));
    EXPECT_EQ(read_accelerator(node).eie, changed) << info.key;
  }
  EXPECT_EQ(actual, expected);
}

TEST(Parameters, ThatDoNotGoTogetherAreRefused) {
  const auto problem_key = [](auto change_some) {
    scnn::Parameters parameters;
    change_some(parameters);
    const auto problem = scnn::problem_of(parameters);
    return problem ? std::string(problem->key) : std::string();
  };
  EXPECT_EQ(problem_key([](auto&) {}), "");
  EXPECT_EQ(problem_key([](auto& p) { p.rows = p.columns = 64; }), "");
  EXPECT_EQ(problem_key([](auto& p) { p.rows = 65, p.columns = 64; }), "pe.rows");
  EXPECT_EQ(problem_key([](auto& p) { p.accumulator_banks = 1024, p.accumulator_entries = 1025; }),
            "pe.accumulators.entries");
  EXPECT_EQ(problem_key([](auto& p) { p.dram_bytes_per_cycle = 12.345; }), "");
  EXPECT_EQ(problem_key([](auto& p) { p.dram_bytes_per_cycle = 12.3456; }), "dram.bytes_per_cycle");
}

}  // namespace
}  // namespace sim::test
