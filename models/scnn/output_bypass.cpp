#include "models/scnn/output_bypass.hpp"

#include <algorithm>

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
  return evicted;
}

BypassInterface::Register OutputBypass::release(std::uint32_t bank) {
  auto& registers = banks_[bank];
  if (registers.empty()) return {};
  const Register last = registers.back();
  registers.pop_back();
  return last;
}

}  // namespace scnn
