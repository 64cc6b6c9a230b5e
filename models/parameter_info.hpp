#pragma once

#include <string_view>
#include <variant>

/// What the machines' parameters have in common.
namespace models {

/// One parameter as a user sees it: the single description that reading, writing, checking and
/// `scnn-sim parameters` share.
/// @tparam Values of the fields
template <class Owner, class... Values>
struct ParameterInfo {
  using Parameters = Owner;
  using Field = std::variant<Values Owner::*...>;
  std::string_view key;  ///< dotted, below `accelerator`
  Field field;
  double least = 0;  ///< numbers only
  double most = 0;
  std::string_view unit;
  std::string_view meaning;
};

}  // namespace models
