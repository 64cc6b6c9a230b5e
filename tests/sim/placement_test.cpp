// Which activations stay on chip?

#include "sim/placement.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace sim {
namespace {

using workloads::Network;

Network network_of(const std::string& layers) {
  const std::string text = "name: n\ninput: {channels: 4, height: 8, width: 8}\nlayers:\n" + layers;
  return workloads::read_network(workloads::ConfigNode::parse(text, "network"));
}

std::string conv(const std::string& name, const std::string& inputs = "") {
  return "- {name: " + name + ", type: conv, output_channels: 4, kernel: 1" +
         (inputs.empty() ? "" : ", inputs: " + inputs) + "}\n";
}

/// The accelerator layers with what of each crosses DRAM: "a: in out, b: in, c:".
/// @param large_inputs, large_outputs layers whose input or output does not fit on the chip
std::string placed(const std::string& layers, const std::vector<std::string>& large_inputs = {},
                   const std::vector<std::string>& large_outputs = {}) {
  const Network network = network_of(layers);
  std::vector<LayerFit> fits(network.layers.size(), {true, true});
  for (const auto& name : large_inputs) fits.at(static_cast<std::size_t>(network.find(name))).input_can_stay = false;
  for (const auto& name : large_outputs) fits.at(static_cast<std::size_t>(network.find(name))).output_can_stay = false;
  std::vector<bool> in(network.layers.size());
  std::vector<bool> out(network.layers.size());
  for (const ActivationGroup& group : activation_groups(network)) {
    const auto cause = cause_of_traffic(group, [&](const Border& b, Effort) { return fits[b.layer].at(b.side); });
    for (const Border& b : group.borders) (b.side == Border::Side::input ? in : out).at(b.layer) = cause.has_value();
  }
  std::string text;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    if (!network.layers[i].on_accelerator()) continue;
    text += (text.empty() ? "" : ", ") + network.layers[i].name + ":" + (in[i] ? " in" : "") + (out[i] ? " out" : "");
  }
  return text;
}

const std::string pool = "- {name: pool, type: max_pool, kernel: 2}\n";

// What enters and leaves the network crosses DRAM, and nothing else does where all fits.
TEST(Placement, KeepsAChainOnChip) {
  EXPECT_EQ(placed(conv("a") + conv("b") + conv("c")), "a: in, b:, c: out");
  EXPECT_EQ(placed(conv("a")), "a: in out");
  EXPECT_EQ(placed(conv("a") + pool + conv("b") + "- {name: end, type: global_average_pool}\n"), "a: in, b: out");
  EXPECT_EQ(placed(pool + conv("a") + "- {name: fc, type: linear, output_features: 3}\n"), "a: in, fc: out");
}

// What does not fit where it is read or written goes through DRAM, on both sides.
TEST(Placement, MovesWhatDoesNotFit) {
  const std::string chain = conv("a") + conv("b") + conv("c") + conv("d");
  EXPECT_EQ(placed(chain, {"c"}), "a: in, b: out, c: in, d: out");
  EXPECT_EQ(placed(chain, {}, {"b"}), "a: in, b: out, c: in, d: out");
  EXPECT_EQ(placed(chain, {"b", "d"}), "a: in out, b: in, c: out, d: in out");
  EXPECT_EQ(placed(chain, {"a"}, {"d"}), "a: in, b:, c:, d: out");
  EXPECT_EQ(placed(conv("a") + pool + conv("b"), {"b"}), "a: in out, b: in out");
}

// An input that several layers bring together stays only if each of them left its part on chip.
TEST(Placement, TreatsJoinedInputsAsOne) {
  for (const std::string join : {"concat", "add"}) {
    const std::string layers = conv("a") + conv("b", "a") + conv("c", "a") + "- {name: join, type: " + join +
                               ", inputs: [b, c]}\n" + conv("d") + conv("e");
    EXPECT_EQ(placed(layers), "a: in, b:, c:, d:, e: out");
    EXPECT_EQ(placed(layers, {"d"}), "a: in, b: out, c: out, d: in, e: out");
    EXPECT_EQ(placed(layers, {}, {"c"}), "a: in, b: out, c: out, d: in, e: out");
  }
}

// One reader that needs DRAM takes its producers there, and with them every other reader.
TEST(Placement, TakesEveryReaderAlong) {
  const std::string branches =
      conv("a") + conv("b", "a") + conv("c", "a") + conv("d", "c") + "- {name: join, type: concat, inputs: [b, d]}\n";
  EXPECT_EQ(placed(branches), "a: in, b: out, c:, d: out");
  EXPECT_EQ(placed(branches, {"c"}), "a: in out, b: in out, c: in, d: out");
  // b and c share a; c and d share b through an addition; so one large input moves all.
  const std::string linked = conv("a") + conv("b") + "- {name: sum, type: add, inputs: [a, b]}\n" + conv("c", "sum") +
                             conv("d", "b") + "- {name: end, type: add, inputs: [c, d]}\n";
  EXPECT_EQ(placed(linked), "a: in, b:, c: out, d: out");
  EXPECT_EQ(placed(linked, {"d"}), "a: in out, b: in out, c: in out, d: in out");
}

// The image crosses DRAM also where a later layer reads it, beside what comes from the chip.
TEST(Placement, TakesTheImageFromDram) {
  EXPECT_EQ(placed(conv("a") + conv("b", "input") + "- {name: join, type: add, inputs: [a, b]}\n" + conv("c")),
            "a: in, b: in, c: out");
  EXPECT_EQ(placed(conv("a") + conv("b")  // c reads the image together with b
                   + "- {name: p, type: max_pool, kernel: 1, inputs: input}\n" +
                   "- {name: join, type: add, inputs: [b, p]}\n" + conv("c")),
            "a: in, b: out, c: in out");
}

// An output that the network ends with crosses DRAM even if another layer reads it too.
TEST(Placement, SendsOutWhatLeavesTheNetwork) {
  EXPECT_EQ(placed(conv("a") + conv("b", "a") + "- {name: side, type: max_pool, kernel: 2, inputs: a}\n"),
            "a: in out, b: in out");
}

// A layer that stands alone is both first and last.
TEST(Placement, LeavesLonelyLayersAlone) {
  EXPECT_EQ(
      placed("- {name: a, type: conv, output_channels: 2, kernel: 1, input: {channels: 2, height: 3, width: 3}}\n"
             "- {name: b, type: conv, output_channels: 2, kernel: 1, input: {channels: 2, height: 3, width: 3}}\n"),
      "a: in out, b: in out");
}

/// Why each activation of the layers crosses DRAM, or not.
std::string reasons(const std::string& layers, const std::vector<std::string>& large_inputs) {
  const Network network = network_of(layers);
  std::vector<LayerFit> fits(network.layers.size(), {true, true});
  for (const auto& name : large_inputs) fits.at(static_cast<std::size_t>(network.find(name))).input_can_stay = false;
  std::string text;
  for (const ActivationGroup& group : activation_groups(network)) {
    const auto fit = [&](const Border& b, Effort) { return fits[b.layer].at(b.side); };
    const auto cause = cause_of_traffic(group, fit);
    for (const Border& b : group.borders) {
      text += network.layers[b.layer].name + (b.side == Border::Side::input ? " in: " : " out: ") +
              (cause ? reason_of_traffic(network, b, *cause, fit(b, Effort::none)) : "on chip") + '\n';
    }
  }
  return text;
}

// Is the reason for all traffic of activations told, layer by layer?
TEST(Placement, SaysWhy) {
  EXPECT_EQ(reasons(conv("a") + conv("b") + conv("c") + conv("d"), {"c"}),
            "a in: network input\n"
            "b in: on chip\n"
            "a out: on chip\n"
            "c in: does not fit\n"
            "b out: input of c does not fit\n"
            "d in: on chip\n"
            "c out: on chip\n"
            "d out: network output\n");
  EXPECT_EQ(reasons(conv("a") + conv("b", "a") + "- {name: side, type: max_pool, kernel: 2, inputs: a}\n", {}),
            "a in: network input\n"
            "b in: output of a crosses\n"
            "a out: network output\n"
            "b out: network output\n");
  EXPECT_EQ(
      reasons("- {name: a, type: conv, output_channels: 2, kernel: 1, input: {channels: 2, height: 3, width: 3}}\n",
              {"a"}),
      "a in: layer's own input\n"
      "a out: network output\n");
}

/// The questions that are asked about the output of `a` and the input of `b`, each with its effort, until it is known
/// whether they cross DRAM.
/// @param a, b whether they fit, and from which effort on that is known
std::string questions(std::pair<bool, Effort> a, std::pair<bool, Effort> b) {
  const Network network = network_of(conv("a") + conv("b"));
  std::string text;
  for (const ActivationGroup& group : activation_groups(network)) {
    if (group.borders.size() < 2) continue;
    const auto cause = cause_of_traffic(group, [&](const Border& border, Effort effort) -> std::optional<bool> {
      text += (border.layer == 0 ? "a" : "b") + std::to_string(static_cast<int>(effort)) + " ";
      const auto& [fits, from] = border.layer == 0 ? a : b;
      return effort < from ? std::nullopt : std::optional(fits);
    });
    text += cause ? "crosses" : "stays";
  }
  return text;
}

// Are the cheap questions asked first, and none that cannot matter?
TEST(Placement, AsksForNoMoreThanItNeeds) {
  using enum Effort;
  EXPECT_EQ(questions({true, none}, {true, none}), "b0 a0 stays");
  EXPECT_EQ(questions({true, evaluate_layer}, {false, none}), "b0 crosses");
  EXPECT_EQ(questions({true, evaluate_layer}, {false, make_input}), "b0 a0 b1 crosses");
  EXPECT_EQ(questions({false, none}, {true, evaluate_layer}), "b0 a0 crosses");
  EXPECT_EQ(questions({true, evaluate_layer}, {true, make_input}), "b0 a0 b1 a1 b2 a2 stays");
}

}  // namespace
}  // namespace sim
