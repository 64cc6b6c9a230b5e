#pragma once

#include "models/scnn/compressed_pass.hpp"

namespace scnn {

/// Encodes the activations of one pass, in place of those of another. @throws LayerDoesNotFit if they are beyond
/// numbering
void compress_activations(CompressedPass& pass, const LayerOperands& operands, const Pass& geometry,
                          const Parameters& parameters);

}  // namespace scnn
