#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <span>

#include "tests/fuzz/compare.hpp"
#include "tests/fuzz/layer_from_bytes.hpp"

/// Do all implementations agree on whatever layer the bytes spell?
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const support::RandomLayer layer = fuzz::layer_from_bytes(std::span(data, size));
  const fuzz::Verdict verdict = fuzz::compare(layer);
  if (verdict.disagreement.empty()) return 0;
  std::cerr << verdict.disagreement << "\n";
  support::showValue(layer, std::cerr);
  std::abort();
}
