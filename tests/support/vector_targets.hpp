#pragma once

#include <hwy/highway.h>

#include <cstdint>

namespace support {

/// While it lives, the loops written with Highway choose among these instruction sets.
class RestrictedTargets {
 public:
  /// @param targets bits of Highway
  explicit RestrictedTargets(std::int64_t targets) { restrict_to(targets); }
  ~RestrictedTargets() { restrict_to(0); }  // lifts it
  RestrictedTargets(const RestrictedTargets&) = delete;
  RestrictedTargets& operator=(const RestrictedTargets&) = delete;

 private:
  static void restrict_to(std::int64_t targets) {
    hwy::SetSupportedTargetsForTest(targets);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

/// Calls `check(name)` once for every instruction set that the loops written with Highway can use here.
template <class Check>
void on_every_vector_target(const Check& check) {
  for (const std::int64_t target : hwy::SupportedAndGeneratedTargets()) {
    const RestrictedTargets restriction(target);
    check(hwy::TargetName(target));
  }
}

}  // namespace support
