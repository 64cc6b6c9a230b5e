#include "models/scnn/accumulator_banks.hpp"

#include <algorithm>
#include <string>

namespace scnn {

AccumulatorBanks::AccumulatorBanks(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      banks_(static_cast<std::uint32_t>(parameters.accumulator_banks)),
      sets_(static_cast<std::size_t>(parameters.accumulator_sets),
            std::vector<std::int64_t>(static_cast<std::size_t>(parameters.partial_sums()), 0)) {}

void AccumulatorBanks::begin_group() {
  std::fill(sets_[accumulating_].begin(), sets_[accumulating_].end(), 0);
}

void AccumulatorBanks::retire(std::span<const Product> products) {
  if (waveform_ != nullptr) record(products);
  if (bypass.size() == 0) {
    for (const Product& product : products) word(product.bank, product.entry) += product.value;
    references_ += static_cast<std::int64_t>(products.size());
    return;
  }
  for (const Product& product : products) {
    if (bypass->add_if_held(product.bank, product.entry, product.value)) {
      ++hits_;
      continue;
    }
    ++references_;
    const auto evicted =
        bypass->take_in(product.bank, product.entry, word(product.bank, product.entry) + product.value);
    if (evicted.valid) word(product.bank, evicted.entry) = evicted.sum;
  }
}

void AccumulatorBanks::end_group() {
  if (bypass.size() > 0) {
    for (std::uint32_t bank = 0; bank < banks_; ++bank) {
      for (auto held = bypass->release(bank); held.valid; held = bypass->release(bank)) {
        word(bank, held.entry) = held.sum;
      }
    }
  }
  draining_ = accumulating_;
  accumulating_ = (accumulating_ + 1) % sets_.size();
}

void AccumulatorBanks::read_partial_sums(std::span<std::int64_t> sums) const {
  std::copy_n(sets_[draining_].begin(), sums.size(), sums.begin());
}

void AccumulatorBanks::trace(Waveform* waveform) {
  waveform_ = waveform;
  if (waveform_ == nullptr) return;
  bank_signals_.clear();
  for (std::uint32_t bank = 0; bank < banks_; ++bank) {
    const std::string scope = std::string(name()) + ".bank_" + std::to_string(bank);
    bank_signals_.push_back({waveform_->flag(scope + ".retires"), waveform_->number(scope + ".entry")});
  }
}

void AccumulatorBanks::record(std::span<const Product> products) const {
  for (const Product& product : products) {
    waveform_->pulse(bank_signals_[product.bank].retires, 1);
    waveform_->pulse(bank_signals_[product.bank].entry, product.entry);
  }
}

void AccumulatorBanks::add_counters(Counters& counters) const {
  counters.accumulator_references += references_;
  counters.bypass_hits += hits_;
}

}  // namespace scnn
