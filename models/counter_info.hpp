#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// What the machines' counters have in common.
namespace models {

/// A counter as a user sees it: a field of a machine's counters or PE-cycle classes.
template <class Owner>
struct CounterInfo {
  std::string_view name;
  std::int64_t Owner::*field;
  std::string_view unit;
  std::string_view description;
};

/// Adds up field by field.
template <class Owner, std::size_t n>
void add_fields(Owner& sum, const Owner& other, const std::array<CounterInfo<Owner>, n>& table) {
  for (const CounterInfo<Owner>& info : table) sum.*info.field += other.*info.field;
}

}  // namespace models
