#pragma once

#include <rapidcheck.h>

#include <iosfwd>

#include "models/scnn/layer_operands.hpp"
#include "models/scnn/parameters.hpp"

/// Random layers on random machines, for properties that hold for all of them.
namespace support {

/// A small layer and the machine that it runs on. Every geometry, granularity and parameter
/// occurs, also machines whose memories are too small for the layer, so that it is cut into
/// passes or refused. Sums and outputs never overflow.
struct RandomLayer {
  scnn::Parameters parameters;
  scnn::LayerOperands operands;
};

/// Everything that is needed to build the layer again.
void showValue(const RandomLayer& layer, std::ostream& out);

/// A layer whose filters have one tap.
rc::Gen<RandomLayer> one_tap_layer();

}  // namespace support

namespace rc {

/// Shrinks to smaller shapes, plainer machines, fewer and smaller values.
template <>
struct Arbitrary<support::RandomLayer> {
  static Gen<support::RandomLayer> arbitrary();
};

}  // namespace rc
