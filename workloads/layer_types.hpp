#pragma once

#include <array>
#include <string_view>

namespace workloads {

/// The words for `LayerType` in network files, in the order of the enumeration.
inline constexpr std::array<std::string_view, 10> layer_type_names = {
    "conv", "linear", "max_pool", "average_pool", "global_average_pool", "relu", "concat", "add", "batch_norm", "lrn"};

}  // namespace workloads
