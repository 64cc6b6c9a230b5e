#include "sim/sweep/constraint.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <cmath>

#include "pruning/input_error.hpp"

namespace sim {

struct Constraint::Expression {
  workloads::ConfigNode node;
  mu::Parser parser;
  std::vector<std::string> names;
  std::vector<double> values;
};

Constraint::Constraint(const NamedConstraint& constraint)
    : expression_(std::make_unique<Expression>(Expression{constraint.expression, {}, {}, {}})) {
  Expression& expression = *expression_;
  try {
    expression.parser.DefineNameChars("0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.");
    expression.parser.SetExpr(constraint.expression.as_string());
    for (const auto& [name, variable] : expression.parser.GetUsedVar()) expression.names.push_back(name);
    expression.values.resize(expression.names.size(), 1);
    for (std::size_t i = 0; i < expression.names.size(); ++i) {
      expression.parser.DefineVar(expression.names[i], &expression.values[i]);
    }
    static_cast<void>(expression.parser.Eval());
  } catch (const mu::Parser::exception_type& error) {
    fail(fmt::format("is no expression: {}", error.GetMsg()));
  }
}

Constraint::~Constraint() = default;
Constraint::Constraint(Constraint&&) noexcept = default;
Constraint& Constraint::operator=(Constraint&&) noexcept = default;

const std::vector<std::string>& Constraint::names() const {
  return expression_->names;
}

bool Constraint::holds(const std::vector<double>& values) {
  std::copy(values.begin(), values.end(), expression_->values.begin());
  const double result = expression_->parser.Eval();
  if (std::isnan(result)) fail("is not a number for some point");
  return result != 0;
}

void Constraint::fail(const std::string& problem) const {
  expression_->node.fail(problem);
}

}  // namespace sim
