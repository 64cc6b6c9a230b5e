#include "models/dense/dot_product_unit.hpp"

#include "models/dense/dot_product_kernel.hpp"

namespace dense {

DotProductUnit::DotProductUnit(const sc_core::sc_module_name& name, const scnn::Parameters& parameters)
    : sc_module(name), width_(parameters.lanes()) {}

void DotProductUnit::begin_layer(std::int64_t pairs, int product_shift) {
  cycles_ = (pairs + width_ - 1) / width_;
  product_shift_ = product_shift;
}

std::int32_t DotProductUnit::multiply(std::span<const std::int32_t> activations,
                                      std::span<const std::int16_t> weights) {
  return dot_product(activations, weights, product_shift_);
}

}  // namespace dense
