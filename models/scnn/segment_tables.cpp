#include "models/scnn/segment_tables.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace scnn {

namespace {

/// What a tap adds to the address of an activation of a class.
int distance_of(const CompressedPass& pass, const BorderClass& border, int tap) {
  const int column = tap % pass.filter_steps.columns;
  const int row = tap / pass.filter_steps.columns % pass.filter_steps.rows;
  const int filter = tap / pass.filter_steps.columns / pass.filter_steps.rows;
  return (filter * border.rows + border.row_steps.end - 1 - row) * border.columns + border.column_steps.end - 1 -
         column;
}

/// Whether activations of a class meet a tap in the plane.
bool meets(const CompressedPass& pass, const BorderClass& border, int tap) {
  return border.row_steps.contains(tap / pass.filter_steps.columns % pass.filter_steps.rows) &&
         border.column_steps.contains(tap % pass.filter_steps.columns);
}

std::size_t entries_of(const Segment& segment) {
  return static_cast<std::size_t>(segment.last_entry + 1 - segment.first_entry);
}

}  // namespace

SegmentTables::References SegmentTables::references_to_know(const Parameters& parameters) {
  if (parameters.bypass_registers == 0) return References::none;
  return ends_suffice(parameters.bypass_registers, parameters.accumulator_entries) ? References::ends
                                                                                   : References::weights;
}

SegmentTables::SegmentTables(const Parameters& parameters)
    : banks_(static_cast<std::size_t>(parameters.accumulator_banks)),
      row_bytes_(bank_row_bytes(banks_)),
      references_(references_to_know(parameters)) {
  count_rows_.clear((banks_ + 1) * row_bytes_);
  for (std::size_t bank = 0; bank < banks_; ++bank) {
    for (std::size_t i = bank; i < row_bytes_; i += banks_) count_rows_.data()[(bank + 1) * row_bytes_ + i] = 1;
  }
}

void SegmentTables::begin_pass(const CompressedPass& pass, const std::vector<BorderClass>& classes) {
  pass_ = &pass;
  classes_ = classes.size();
  taps_ = std::size_t{1} + pass.no_tap();
  number_rows(classes);
  std::size_t entries = 0;  // of the longest segment
  for (const Segment& segment : pass.segments) entries = std::max(entries, entries_of(segment));
  counts_.clear(entries * class_bytes());
  if (references_ != References::none) ends_.clear(entries * 2 * class_bytes());
  if (references_ == References::weights) {
    find_banks(classes);
    weights_.clear(entries * pass.weights_per_entry * class_bytes());
    repeats_.resize(entries);
  }
}

void SegmentTables::number_rows(const std::vector<BorderClass>& classes) {
  count_numbers_.clear();
  reference_numbers_.clear();
  std::size_t distances = 0;
  for (const BorderClass& border : classes) {
    for (int tap = 0; tap < static_cast<int>(taps_); ++tap) {
      const bool counts = tap + 1 < static_cast<int>(taps_) && meets(*pass_, border, tap);
      const std::size_t distance = counts ? static_cast<std::size_t>(distance_of(*pass_, border, tap)) : 0;
      count_numbers_.push_back(counts ? static_cast<std::uint16_t>(1 + distance % banks_) : 0);
      if (references_ == References::none) continue;
      reference_numbers_.push_back(counts ? static_cast<std::uint16_t>(1 + distance) : 0);
      distances = std::max(distances, distance + 1);
    }
  }
  if (distances > distances_) describe_references(distances);
}

/// Of these many distances.
void SegmentTables::describe_references(std::size_t distances) {
  distances_ = distances;
  reference_rows_.clear((distances + 1) * row_bytes_);
  for (std::size_t distance = 0; distance < distances; ++distance) {
    std::uint8_t* const row = reference_rows_.data() + (distance + 1) * row_bytes_;
    const std::size_t bank = distance % banks_;
    const std::size_t entry = distance / banks_;
    row[bank] = static_cast<std::uint8_t>(reference_bit + entry + 1);
    row[bank + banks_] = static_cast<std::uint8_t>(reference_bit + entry);
  }
}

void SegmentTables::build(const Segment& segment) {
  const std::size_t width = pass_->weights_per_entry;
  const auto taps = pass_->taps_of(segment);
  TapRows counts = tap_rows(count_rows_, count_numbers_);
  counts.halves_equal = row_bytes_ / 2 % banks_ == 0;
  sum_entries(taps, width, counts, counts_.data());
  if (references_ == References::none) return;
  find_ends(taps, width, tap_rows(reference_rows_, reference_numbers_), ends_.data());
  if (references_ == References::ends) return;
  sum_entries(taps, 1, tap_rows(reference_rows_, reference_numbers_), weights_.data());
  find_repeats(taps);
}

/// Weights share a bank whether an activation near the border meets them or not.
void SegmentTables::find_banks(const std::vector<BorderClass>& classes) {
  bank_of_tap_.clear();
  const pruning::RowsColumns steps = pass_->filter_steps;
  std::vector<std::pair<int, int>> shapes;
  for (const BorderClass& border : classes) {
    const std::pair<int, int> shape(border.rows, border.columns);
    if (std::find(shapes.begin(), shapes.end(), shape) != shapes.end()) continue;
    shapes.push_back(shape);
    std::vector<BankSet>& banks = bank_of_tap_.emplace_back(taps_);
    const BorderClass inside{border.rows, border.columns, {0, steps.rows}, {0, steps.columns}};
    for (std::size_t tap = 0; tap + 1 < taps_; ++tap) {
      banks[tap].set(static_cast<std::size_t>(distance_of(*pass_, inside, static_cast<int>(tap))) % banks_);
    }
  }
}

/// Finds which entries have weights that share a bank, in a tile of any shape.
void SegmentTables::find_repeats(std::span<const std::uint32_t> taps) {
  const std::size_t width = pass_->weights_per_entry;
  for (std::size_t entry = 0; entry * width < taps.size(); ++entry) {
    repeats_[entry] = 0;
    for (const std::vector<BankSet>& bank_of_tap : bank_of_tap_) {
      BankSet seen;
      BankSet repeated;
      for (const std::uint32_t tap : taps.subspan(entry * width, width)) {
        repeated |= seen & bank_of_tap[tap];
        seen |= bank_of_tap[tap];
      }
      if (repeated.any()) repeats_[entry] = 1;
    }
  }
}

}  // namespace scnn
