#pragma once

#include <cstdint>
#include <span>

#include "tests/support/random_layer.hpp"

/// A fuzzer's bytes as layers on machines.
namespace fuzz {

/// Every sequence of bytes is a layer and a machine that are valid and small; bytes that are missing count as zeros,
/// and what is left beyond the shape and the machine are values of weights and activations. Every geometry,
/// granularity and parameter can be written; sums and outputs never overflow.
support::RandomLayer layer_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace fuzz
