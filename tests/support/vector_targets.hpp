#pragma once

#include <hwy/highway.h>

#include <cstdint>

namespace support {

/// Calls `check(name)` once for every instruction set that the loops written with Highway can use here.
template <class Check>
void on_every_vector_target(const Check& check) {
  struct Restriction {
    explicit Restriction(std::int64_t targets) { restrict_to(targets); }
    ~Restriction() { restrict_to(0); }  // lifts it
    static void restrict_to(std::int64_t targets) {
      hwy::SetSupportedTargetsForTest(targets);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    }
  };
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const Restriction restriction(target);
    check(hwy::TargetName(target));
  }
}

}  // namespace support
