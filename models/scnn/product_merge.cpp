#include "models/scnn/product_merge.hpp"

namespace scnn {

ProductMerge::ProductMerge(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      seen_(static_cast<std::size_t>(parameters.partial_sums())) {
  kept_.reserve(static_cast<std::size_t>(parameters.lanes()));
}

void ProductMerge::load(std::span<const Product> products) {
  kept_.clear();
  ++issue_;
  for (const Product& product : products) {
    Seen& seen = seen_[product.entry * banks_ + product.bank];
    if (seen.issue == issue_) {
      kept_[seen.at].value += product.value;
      ++merged_;
    } else {
      seen = {issue_, kept_.size()};
      kept_.push_back(product);
    }
  }
  lanes->load(kept_);
}

}  // namespace scnn
