#pragma once

#include <vector>

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// Encodes a layer's weights, the same in all passes, and cuts them into entries and segments.
/// @param pass which holds those of another layer, or nothing @throws LayerDoesNotFit if they are beyond numbering
void compress_weights(CompressedPass& pass, const LayerOperands& operands, const std::vector<OutputGroup>& groups,
                      const Parameters& parameters);

}  // namespace scnn
