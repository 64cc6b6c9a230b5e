#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sim {

/// What the points of a sweep can be compared by; less is better.
struct Objective {
  std::string_view name;
  /// The figure of a point that it is; one of these, whichever the points have.
  std::span<const std::string_view> figures;
};

std::span<const Objective> objectives();

}  // namespace sim
