#include "models/scnn/output_bypass.hpp"

#include <algorithm>
#include <string>

namespace scnn {

OutputBypass::OutputBypass(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      registers_per_bank_(static_cast<std::size_t>(parameters.bypass_registers)),
      banks_(static_cast<std::size_t>(parameters.accumulator_banks)) {
  for (auto& registers : banks_) registers.reserve(registers_per_bank_);
}

bool OutputBypass::add_if_held(std::uint32_t bank, std::uint32_t entry, std::int32_t value) {
  auto& registers = banks_[bank];
  const auto held =
      std::find_if(registers.begin(), registers.end(), [entry](const Register& r) { return r.entry == entry; });
  if (held == registers.end()) return false;
  held->sum += value;
  std::rotate(registers.begin(), held, held + 1);
  if (waveform_ != nullptr) record(bank, true);
  return true;
}

BypassInterface::Register OutputBypass::take_in(std::uint32_t bank, std::uint32_t entry, std::int64_t sum) {
  auto& registers = banks_[bank];
  Register evicted;
  if (registers.size() == registers_per_bank_) {
    evicted = registers.back();
    registers.pop_back();
  }
  registers.insert(registers.begin(), {true, entry, sum});
  if (waveform_ != nullptr) record(bank, false);
  return evicted;
}

BypassInterface::Register OutputBypass::release(std::uint32_t bank) {
  auto& registers = banks_[bank];
  if (registers.empty()) return {};
  const Register last = registers.back();
  registers.pop_back();
  if (waveform_ != nullptr) record(bank, false);
  return last;
}

void OutputBypass::trace(Waveform* waveform) {
  waveform_ = waveform;
  if (waveform_ == nullptr) return;
  bank_signals_.clear();
  for (std::size_t bank = 0; bank < banks_.size(); ++bank) {
    const std::string scope = std::string(name()) + ".bank_" + std::to_string(bank);
    BankSignals& signals = bank_signals_.emplace_back(BankSignals{waveform_->flag(scope + ".hit"), {}});
    for (std::size_t i = 0; i < registers_per_bank_; ++i) {
      signals.registers.push_back(waveform_->number(scope + ".register_" + std::to_string(i)));
    }
  }
}

void OutputBypass::record(std::uint32_t bank, bool hit) const {
  const BankSignals& signals = bank_signals_[bank];
  if (hit) waveform_->pulse(signals.hit, 1);
  for (std::size_t i = 0; i < registers_per_bank_; ++i) {
    const bool held = i < banks_[bank].size();
    waveform_->set(signals.registers[i], held ? std::int64_t{banks_[bank][i].entry} : Waveform::nothing);
  }
}

}  // namespace scnn
