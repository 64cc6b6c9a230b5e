#include "sim/command_parameters.hpp"

#include <string>

#include "models/scnn/parameters.hpp"
#include "sim/accelerator_config.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace {

std::string range_text(const scnn::ParameterInfo& info) {
  if (std::holds_alternative<bool scnn::Parameters::*>(info.field)) return "true, false";
  if (std::holds_alternative<scnn::Stationary scnn::Parameters::*>(info.field)) return "input, weight";
  return number_text(info.least) + " to " + number_text(info.most);
}

}  // namespace

void list_parameters(std::ostream& out) {
  TextTable table({{"accelerator.", Align::left},
                   {"default", Align::right},
                   {"allowed", Align::left},
                   {"unit", Align::left},
                   {"meaning", Align::left}});
  const scnn::Parameters defaults;
  for (const scnn::ParameterInfo& info : scnn::parameter_table()) {
    table.add_row({std::string(info.key), value_text(info, defaults), range_text(info), std::string(info.unit),
                   std::string(info.meaning)});
  }
  out << table.str();
}

}  // namespace sim
