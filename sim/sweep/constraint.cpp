#include "sim/sweep/constraint.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <cmath>
#include <regex>

#include "pruning/input_error.hpp"

namespace sim {

namespace {

/// muParser would set a variable and call that true.
bool assigns(const std::string& expression) {
  static const std::regex lone_equals("(^|[^=!<>])=($|[^=])");
  return std::regex_search(expression, lone_equals);
}

}  // namespace

struct Constraint::Expression {
  workloads::ConfigNode node;
  mu::Parser parser;
  std::vector<std::string> names;
  std::vector<double> values;
};

Constraint::Constraint(const NamedConstraint& constraint)
    : expression_(std::make_unique<Expression>(Expression{constraint.expression, {}, {}, {}})) {
  Expression& expression = *expression_;
  const std::string text = constraint.expression.as_string();
  if (assigns(text)) fail("is no condition: values are compared with ==, not with =");
  try {
    expression.parser.DefineNameChars("0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.");
    expression.parser.SetExpr(text);
    for (const auto& [name, variable] : expression.parser.GetUsedVar()) expression.names.push_back(name);
    expression.values.resize(expression.names.size(), 1);
    for (std::size_t i = 0; i < expression.names.size(); ++i) {
      expression.parser.DefineVar(expression.names[i], &expression.values[i]);
    }
    static_cast<void>(expression.parser.Eval());
    if (expression.parser.GetNumResults() > 1) fail("is more than one condition; join them with &&");
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
