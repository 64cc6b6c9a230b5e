#include "models/scnn/scatter_crossbar.hpp"

#include <algorithm>
#include <string>

namespace scnn {

ScatterCrossbar::ScatterCrossbar(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      writes_per_bank_(static_cast<std::uint32_t>(parameters.bank_writes)),
      lanes_(static_cast<std::size_t>(parameters.lanes()), static_cast<std::size_t>(parameters.lane_queue)),
      queues_(static_cast<std::size_t>(parameters.accumulator_banks), static_cast<std::size_t>(parameters.bank_queue)),
      entered_(static_cast<std::size_t>(parameters.accumulator_banks), 0) {
  retiring_.reserve(entered_.size());
}

void ScatterCrossbar::load(std::span<const Product> products) {
  for (const Product& product : products) lanes_.push(product.lane, product);
  if (waveform_ != nullptr) record();
}

void ScatterCrossbar::advance() {
  retire_oldest();
  move_lanes();
  if (waveform_ != nullptr) record();
}

void ScatterCrossbar::retire_oldest() {
  retiring_.clear();
  if (queues_.products() == 0) return;
  queues_.for_each_occupied([this](std::size_t bank) {
    retiring_.push_back(queues_.front(bank));
    queues_.pop(bank);
  });
  banks->retire(retiring_);
}

void ScatterCrossbar::move_lanes() {
  if (lanes_.products() == 0) return;
  if (writes_per_bank_ > 0) std::fill(entered_.begin(), entered_.end(), 0U);
  lanes_.for_each_occupied([this](std::size_t lane) {
    const Product& product = lanes_.front(lane);
    if (queues_.full(product.bank)) return;
    if (writes_per_bank_ > 0 && entered_[product.bank]++ >= writes_per_bank_) return;
    queues_.push(product.bank, product);
    lanes_.pop(lane);
    ++transfers_;
  });
}

void ScatterCrossbar::trace(Waveform* waveform) {
  waveform_ = waveform;
  if (waveform_ == nullptr) return;
  lane_signals_.clear();
  queue_signals_.clear();
  const std::string scope(name());
  for (std::size_t lane = 0; lane < lanes_.queues(); ++lane) {
    lane_signals_.push_back(waveform_->number(scope + ".lane_" + std::to_string(lane), 0));
  }
  for (std::size_t bank = 0; bank < queues_.queues(); ++bank) {
    queue_signals_.push_back(waveform_->number(scope + ".bank_queue_" + std::to_string(bank), 0));
  }
}

void ScatterCrossbar::record() const {
  for (std::size_t lane = 0; lane < lanes_.queues(); ++lane) {
    waveform_->set(lane_signals_[lane], static_cast<std::int64_t>(lanes_.size(lane)));
  }
  for (std::size_t bank = 0; bank < queues_.queues(); ++bank) {
    waveform_->set(queue_signals_[bank], static_cast<std::int64_t>(queues_.size(bank)));
  }
}

}  // namespace scnn
