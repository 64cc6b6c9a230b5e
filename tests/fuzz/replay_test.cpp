#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/fuzz/compare.hpp"
#include "tests/fuzz/layer_from_bytes.hpp"

namespace {

std::vector<std::filesystem::path> corpus() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SCNN_SOURCE_DIR "/tests/fuzz/corpus")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

fuzz::Verdict verdict_on(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(stream), {}};
  return fuzz::compare(fuzz::layer_from_bytes(bytes));
}

// Do all implementations agree on every file of the corpus, and does the corpus still reach every feature?
TEST(FuzzCorpus, AgreesAndCoversTheMachine) {
  std::set<std::string> covered;
  for (const auto& file : corpus()) {
    const fuzz::Verdict verdict = verdict_on(file);
    EXPECT_EQ(verdict.disagreement, "") << file;
    covered.insert(verdict.features.begin(), verdict.features.end());
  }
  EXPECT_EQ(covered, (std::set<std::string>{"bank conflicts",
                                            "bias and ReLU",
                                            "bypass",
                                            "channel groups",
                                            "coarse grains",
                                            "deep lanes",
                                            "dilation",
                                            "discarded products",
                                            "fast elements",
                                            "full weight FIFO",
                                            "halo",
                                            "input read again for every group",
                                            "limited bank writes",
                                            "merge",
                                            "more than 32 banks",
                                            "PEs in lockstep",
                                            "one accumulator set",
                                            "placeholders",
                                            "refused",
                                            "several groups",
                                            "several passes",
                                            "strides",
                                            "weight stationary"}));
}

// Is every sequence of bytes a layer, the shortest ones too?
TEST(FuzzCorpus, TakesAnyBytes) {
  std::vector<std::uint8_t> bytes;
  for (int length = 0; length <= 90; length += 9) {
    bytes.resize(static_cast<std::size_t>(length), static_cast<std::uint8_t>(length * 37));
    EXPECT_EQ(fuzz::compare(fuzz::layer_from_bytes(bytes)).disagreement, "") << length << " bytes";
  }
}

}  // namespace
