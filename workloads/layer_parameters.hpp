#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "workloads/network.hpp"

namespace workloads {

/// Bound of channels, rows and columns: far above any network, low enough that products do not overflow.
inline constexpr std::int64_t greatest_extent = 65536;

/// Channels, height and width as messages show them, `64x32x32`.
std::string shown(const PlaneShape& shape);
/// Reads `{channels, height, width}`.
PlaneShape read_plane(const ConfigNode& node);
/// Whether a layer of this type reads several layers.
bool joins(LayerType type);
/// Every key that a layer of this type may state.
std::vector<std::string> keys_of(LayerType type);

/// Reads the keys of the layer's own type and sets `output` for the types that change the shape.
/// @param layer type, inputs and input shape are known, `output` equals the input
/// @param source what the layer reads, as messages call it
void read_parameters(const ConfigNode& node, Layer& layer, const std::string& source);

}  // namespace workloads
