#pragma once

#include <cstdint>
#include <vector>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"
#include "tests/reference/reference_streams.hpp"

/// Sections 3 and 8 of the machine's description: what of a layer each PE holds, pass by pass.
namespace reference {

/// What one PE holds in one pass, in coordinates of the layer.
struct Tiles {
  Rectangle input;
  Rectangle accumulators;  ///< outputs that the input tile can reach
  Rectangle owned;         ///< outputs that this PE finishes
};

/// One temporal tile of the layer.
struct Pass {
  Rectangle window;   ///< of the input plane
  Rectangle outputs;  ///< of the output plane
  std::vector<Tiles> pes;
};

/// Output channels that are computed together; all of one channel group.
struct Group {
  Range filters;
  Range channels;  ///< input channels of their channel group
};

struct Mapping {
  std::int64_t temporal_rows = 1;
  std::int64_t temporal_columns = 1;
  std::vector<Pass> passes;  ///< rows outer
  std::int64_t kc = 0;
  std::vector<Group> groups;  ///< of every pass
  bool input_fits = true;     ///< the compressed input of every pass fits the IARAM
};

/// @throws std::domain_error if the layer is refused: some pass needs more accumulators than there are
Mapping map_layer(const scnn::LayerOperands& layer, const scnn::Parameters& machine);

/// Inputs that a pass over `outputs` takes, and all between them.
Rectangle input_window(const pruning::ConvolutionShape& shape, const Rectangle& outputs);

/// The output plane cut into th x tw passes, rows outer.
std::vector<Pass> make_passes(const pruning::ConvolutionShape& shape, const scnn::Parameters& machine, std::int64_t th,
                              std::int64_t tw);

/// Phases of the layer's stride, row phase outer.
std::vector<Phase> phases(const pruning::ConvolutionShape& shape);

/// Elements of compressed input that each PE holds, placeholders included, all channels and phases.
std::vector<std::int64_t> input_elements(const Pass& pass, const scnn::LayerOperands& layer, std::int64_t index_bits);

}  // namespace reference
