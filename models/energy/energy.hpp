#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace energy {

/// How often a component did something. Hardware models count; what it costs is the table's business.
struct ActionCount {
  std::string_view component;  ///< for example `weight_fifo`
  std::string_view action;     ///< for example `read`
  std::int64_t count = 0;
  std::int64_t bits = 0;  ///< width of one action, for example F elements of 20 bits
};

/// Energy of one action of one component.
struct TableEntry {
  std::string component;
  std::string action;
  double energy_pj = 0;   ///< of one access of `bits` bits
  std::int64_t bits = 0;  ///< width that `energy_pj` stands for; other widths cost in proportion
  std::string node;       ///< technology, for example `16 nm`, or `relative`
  std::string formula;    ///< how a derived value follows from its inputs; empty: stated as it is
  std::string source;     ///< where the value or the inputs come from
};

inline constexpr double um2_per_mm2 = 1e6;

/// Area of one component of one PE of a machine.
struct ComponentArea {
  std::string machine;
  std::string component;
  double area_um2 = 0;
  std::string formula;  ///< as in `TableEntry`
  std::string source;
};

struct Table {
  std::string name;
  std::string unit = "pJ";  ///< or `MAC` for a table in relative units
  std::vector<TableEntry> entries;
  std::vector<ComponentArea> areas;  ///< empty: not known

  /// @return nullptr if the table has no such entry
  [[nodiscard]] const TableEntry* find(std::string_view component, std::string_view action) const;
  /// Puts an entry behind the others of its component.
  void add(TableEntry entry);
  /// Areas of one PE of a machine, in the order of `areas`; empty if they are not known.
  [[nodiscard]] std::vector<ComponentArea> areas_of(std::string_view machine) const;
};

struct ComponentEnergy {
  std::string component;
  double energy_pj = 0;
};

/// Energy per component, in the order in which components first appear in `counts`.
struct Breakdown {
  std::vector<ComponentEnergy> components;
  double total_pj = 0;  ///< the sum of `components`, added in order

  /// Energy of a component, if it is there.
  [[nodiscard]] std::optional<double> find(std::string_view component) const;
  /// The same; 0 if it is not there.
  [[nodiscard]] double of(std::string_view component) const { return find(component).value_or(0); }
  Breakdown& operator+=(const Breakdown& other);
};

/// Energy of one action: `energy_pj`, times `bits / entry bits` where these differ.
/// @throws std::out_of_range naming component and action if the table has no entry for it
double energy_of_one(const ActionCount& count, const Table& table);

/// Width, node, formula and source of an entry, as one text.
std::string origin_of(const TableEntry& entry);

/// @throws std::out_of_range as `energy_of_one`
Breakdown energy_of(const std::vector<ActionCount>& counts, const Table& table);

}  // namespace energy
