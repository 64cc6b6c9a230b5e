#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/sweep/sweep_file.hpp"

namespace sim {

/// A condition over names that stand for numbers, in the usual notation: + - * / ^, comparisons, && and ||, ?:, and
/// functions such as min, max, abs, sqrt and log2. Names are dotted keys.
class Constraint {
 public:
  /// @throws pruning::InputError if it is no expression
  explicit Constraint(const NamedConstraint& constraint);
  ~Constraint();
  Constraint(Constraint&&) noexcept;
  Constraint& operator=(Constraint&&) noexcept;

  /// The names in it, each once.
  [[nodiscard]] const std::vector<std::string>& names() const;
  /// @param values of the names, in their order
  [[nodiscard]] bool holds(const std::vector<double>& values);
  /// @throws pruning::InputError at the place of the constraint
  [[noreturn]] void fail(const std::string& problem) const;

 private:
  struct Expression;
  std::unique_ptr<Expression> expression_;
};

}  // namespace sim
