#include "sim/command_parameters.hpp"

#include <span>
#include <string>
#include <type_traits>
#include <utility>

#include "sim/accelerator_config.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {

namespace {

template <class Info>
std::string range_text(const Info& info) {
  return std::visit(
      [&](auto field) -> std::string {
        using Value = std::remove_cvref_t<decltype(std::declval<typename Info::Parameters>().*field)>;
        if constexpr (std::is_same_v<Value, bool>) return "true, false";
        if constexpr (std::is_same_v<Value, scnn::Stationary>) return "input, weight";
        return number_text(info.least) + " to " + number_text(info.most);
      },
      info.field);
}

template <class Info>
void add_rows(TextTable& table, std::span<const Info> parameters) {
  const typename Info::Parameters defaults;
  for (const Info& info : parameters) {
    table.add_row({std::string(info.key), value_text(info, defaults), range_text(info), std::string(info.unit),
                   std::string(info.meaning)});
  }
}

}  // namespace

void list_parameters(std::ostream& out) {
  TextTable table({{"accelerator.", Align::left},
                   {"default", Align::right},
                   {"allowed", Align::left},
                   {"unit", Align::left},
                   {"meaning", Align::left}});
  add_rows(table, scnn::parameter_table());
  add_rows(table, eie::parameter_table());
  out << table.str();
}

}  // namespace sim
