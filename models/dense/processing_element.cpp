#include "models/dense/processing_element.hpp"

#include <algorithm>

#include "models/dense/weight_broadcast.hpp"

namespace dense {

namespace {

/// Outputs that meet a filter while it is at hand: their operands stay in a processor's cache.
constexpr std::size_t most_positions = 16;

std::int64_t pairs_of(const pruning::ConvolutionShape& shape) {
  return std::int64_t{1} * shape.channels_per_group() * shape.R * shape.S;
}

}  // namespace

ProcessingElement::ProcessingElement(const sc_core::sc_module_name& name, std::size_t number,
                                     const scnn::Parameters& parameters)
    : sc_module(name),
      number_(number),
      dot_product_unit_("dot_product_unit", parameters),
      activation_memory_("activation_memory"),
      post_processing_("post_processing_unit", parameters) {
  dot_product_(dot_product_unit_);
  activations_(activation_memory_);
  SC_HAS_PROCESS(ProcessingElement);
  SC_THREAD(run);
}

void ProcessingElement::begin_layer(const scnn::LayerOperands& operands, const scnn::Window& tile) {
  operands_ = &operands;
  tile_ = tile;
  with_values_ = false;
  dot_product_unit_.begin_layer(pairs_of(operands.shape), operands.product_shift);
}

void ProcessingElement::begin_layer(const scnn::LayerOperands& operands, const scnn::Window& tile,
                                    std::vector<std::int64_t>& sums, std::vector<std::int16_t>& outputs) {
  begin_layer(operands, tile);
  with_values_ = true;
  activation_memory_.begin_layer(operands);
  post_processing_.begin_pass(operands, tile, sums, outputs);
}

void ProcessingElement::run() {
  for (;;) {
    barrier->await_layer(number_);
    if (with_values_) compute();
    barrier->complete(std::int64_t{1} * tile_.size() * operands_->shape.K * dot_product_->cycles());
  }
}

void ProcessingElement::compute() {
  std::vector<Position> positions;
  for (int row = tile_.rows.begin; row < tile_.rows.end; ++row) {
    for (int column = tile_.columns.begin; column < tile_.columns.end; ++column) positions.push_back({row, column});
  }
  for (std::size_t first = 0; first < positions.size(); first += most_positions) {
    compute(std::span(positions).subspan(first, std::min(most_positions, positions.size() - first)));
  }
  post_processing_.finish_group({{0, operands_->shape.K}, {}});
}

void ProcessingElement::compute(std::span<const Position> positions) {
  const pruning::ConvolutionShape& shape = operands_->shape;
  const std::size_t pairs = padded(pairs_of(shape));
  operands_read_.resize(positions.size() * pairs);
  const auto operands_of = [&](std::size_t i) { return std::span(operands_read_).subspan(i * pairs, pairs); };
  for (int group = 0; group < shape.groups; ++group) {
    for (std::size_t i = 0; i < positions.size(); ++i) {
      activations_->read(group, positions[i].row, positions[i].column, operands_of(i));
    }
    const int first = group * shape.filters_per_group();
    for (int k = first; k < first + shape.filters_per_group(); ++k) {
      const auto filter = weights->filter(k);
      for (std::size_t i = 0; i < positions.size(); ++i) {
        const std::int64_t sum = dot_product_->multiply(operands_of(i), filter);
        post_processing_.accumulate(k, positions[i].row, positions[i].column, std::span(&sum, 1));
      }
    }
  }
}

}  // namespace dense
