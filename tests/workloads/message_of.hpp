#pragma once

#include <string>

#include "pruning/input_error.hpp"

namespace workloads {

/// The line that a user sees when `action` meets bad input.
template <class Action>
std::string message_of(const Action& action) {
  try {
    static_cast<void>(action());
  } catch (const pruning::InputError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace workloads
