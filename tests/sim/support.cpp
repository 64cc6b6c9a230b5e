#include "tests/sim/support.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "models/scnn/actions.hpp"
#include "sim/embedded_text.hpp"
#include "sim/energy_table_reader.hpp"

namespace sim::test {

namespace fs = std::filesystem;

WorkingDirectory::WorkingDirectory() : before_(fs::current_path()) {
  std::string name = (fs::path(::testing::TempDir()) / "scnn-sim-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
  path_ = fs::canonical(name);
  fs::current_path(path_);
}

WorkingDirectory::~WorkingDirectory() {
  std::error_code ignored;
  fs::current_path(before_, ignored);
  fs::remove_all(path_, ignored);
}

void write_file(const fs::path& file, const std::string& text) {
  if (file.has_parent_path()) fs::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary);
  stream << text;
  ASSERT_TRUE(stream.flush()) << file;
}

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file;
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void expect_golden(const std::string& text, const std::string& file) {
  const fs::path path = fs::path(SCNN_SOURCE_DIR) / file;
  if (const char* update = std::getenv("SCNN_UPDATE_GOLDENS"); update != nullptr && std::string(update) == "1") {
    write_file(path, text);
    return;
  }
  EXPECT_EQ(read_file(path), text) << "regenerate " << file << " with SCNN_UPDATE_GOLDENS=1 and read the difference";
}

namespace {

LayerResult example_layer(const std::string& name, std::int64_t size, const Results& results) {
  LayerResult layer;
  layer.name = name;
  layer.cycles = 10 * size;
  layer.mapping = {8, 4, 1, 2};
  layer.places = {"network input", "does not fit"};
  layer.weights = 9 * size;
  layer.nonzero_weights = 3 * size;
  layer.activations = 8 * size;
  layer.nonzero_activations = 4 * size;
  layer.dense_macs = 1000 * size;
  std::int64_t value = 1000 * size;
  for (const auto& info : scnn::counter_table()) layer.counters.*info.field = value += 10 * size + 1;
  std::int64_t cycles = 0;
  for (const auto& info : scnn::pe_cycle_table()) layer.pe_cycles.*info.field = cycles += 10 * size;
  layer.energy = energy::energy_of(scnn::actions_of(layer.counters, results.accelerator), results.energy_table);
  layer.storage = {{9 * size, 3 * size, size, 24 * size, 4 * size, 72 * size}, 5};
  layer.check.bit_exact = true;
  layer.check.float32 = Deviation{1000, 0.25, 0.125};
  return layer;
}

}  // namespace

Results example_results() {
  Results results;
  results.provenance = {"0.1.0", "abc", "run config.yaml", {{"weights", 7}}, {{"net.h5", "00ff"}}};
  results.network = "tiny";
  results.images = 2;
  results.energy_table = read_energy_table(
      workloads::ConfigNode::parse(built_in_energy_tables()[0].text, "built-in table"), {Machine::scnn});
  results.pruning.granularity = pruning::Granularity::vector;
  results.pruning.density = 0.3;
  results.layers = {example_layer("conv1", 1000, results), example_layer("conv2", 20000, results)};
  results.layers[1].check.recorded = Deviation{10, 0.001, 0.01};
  results.classification = Classification{{{3, 1}, {2, 0}}, std::vector<int>{3, 1}};
  add_up(results);
  return results;
}

}  // namespace sim::test
