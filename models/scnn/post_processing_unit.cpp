#include "models/scnn/post_processing_unit.hpp"

#include "pruning/compressed_stream.hpp"

namespace scnn {

PostProcessingUnit::PostProcessingUnit(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), index_bits_(static_cast<int>(parameters.index_bits)) {}

void PostProcessingUnit::begin_pass(const LayerOperands& operands, const Window& owned, std::vector<std::int64_t>& sums,
                                    std::vector<std::int16_t>& outputs) {
  operands_ = &operands;
  rows_ = operands.shape.P();
  columns_ = operands.shape.Q();
  owned_ = owned;
  sums_ = &sums;
  outputs_ = &outputs;
}

std::size_t PostProcessingUnit::output(int k, int row, int column) const {
  return (static_cast<std::size_t>(k) * static_cast<std::size_t>(rows_) + static_cast<std::size_t>(row)) *
             static_cast<std::size_t>(columns_) +
         static_cast<std::size_t>(column);
}

void PostProcessingUnit::accumulate(int k, int row, int column, std::span<const std::int64_t> partial_sums) {
  std::int64_t* const sums = sums_->data() + output(k, row, column);
  for (std::size_t i = 0; i < partial_sums.size(); ++i) sums[i] += partial_sums[i];
}

std::int64_t PostProcessingUnit::finish_group(const OutputGroup& group) {
  std::int64_t elements = 0;
  for (int k = group.filters.begin; k < group.filters.end; ++k) {
    channel_.clear();
    for (int row = owned_.rows.begin; row < owned_.rows.end; ++row) {
      for (int column = owned_.columns.begin; column < owned_.columns.end; ++column) {
        const std::size_t at = output(k, row, column);
        channel_.push_back((*outputs_)[at] = finished_output(*operands_, k, (*sums_)[at]));
      }
    }
    if (operands_->activation_coding() == pruning::Coding::compressed) {
      pruning::for_each_element(
          channel_.size(), [&](std::size_t i) { return channel_[i]; }, index_bits_,
          [&](const pruning::StreamElement& /*element*/) { ++elements; });
    } else {
      elements += std::ssize(channel_);
    }
  }
  return elements;
}

}  // namespace scnn
