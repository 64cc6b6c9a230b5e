#pragma once

#include <bitset>
#include <cstdint>
#include <vector>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/bypass_kernel.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/issue_kernel.hpp"
#include "models/scnn/parameters.hpp"
#include "models/scnn/table_kernel.hpp"

namespace scnn {

using BankSet = std::bitset<most_banks>;

/// What tells activations apart as far as tables go: how their PE counts addresses, and how near the border of the
/// output plane they lie. The address of an activation is the lowest that it reaches: that of its product with the last
/// steps of its class and the first filter. The class without steps, whose products all lie outside the plane, comes
/// first in a pass; places in a vector without an activation are of that class too.
struct BorderClass {
  int rows = 0;  ///< of the PE's accumulator tile
  int columns = 0;
  Range row_steps;  ///< of a filter that the activation meets in the plane: all inside, fewer near the border
  Range column_steps;

  bool operator==(const BorderClass&) const = default;
};

/// The entries of the segment at work, as activations of every class see them.
class SegmentTables {
 public:
  explicit SegmentTables(const Parameters& parameters);

  /// @param classes of all activations of the pass, by number
  void begin_pass(const CompressedPass& pass, const std::vector<BorderClass>& classes);

  /// Replaces the entries by those of a segment.
  void build(const Segment& segment);

  /// Where the row of a class begins in those of an entry.
  [[nodiscard]] std::size_t row_of(std::size_t border_class) const { return border_class * row_bytes_; }

  [[nodiscard]] CountRows counts() const { return {counts_.data(), class_bytes()}; }
  [[nodiscard]] ReferenceRows references() const {
    return {ends_.data(), class_bytes(), references_ == References::weights ? weights_.data() : nullptr,
            pass_->weights_per_entry, repeats_.data()};
  }

 private:
  /// What is to be known of references to the banks.
  enum class References { none, ends, weights };  // see ReferenceRows
  static References references_to_know(const Parameters& parameters);

  /// Bytes of the rows of all classes.
  [[nodiscard]] std::size_t class_bytes() const { return row_of(classes_); }
  void number_rows(const std::vector<BorderClass>& classes);
  void describe_references(std::size_t distances);
  void find_banks(const std::vector<BorderClass>& classes);
  void find_repeats(std::span<const std::uint32_t> taps);
  [[nodiscard]] TapRows tap_rows(const BankRows& rows, const std::vector<std::uint16_t>& numbers) const {
    return {
        .rows = rows.data(), .row_bytes = row_bytes_, .numbers = numbers.data(), .classes = classes_, .taps = taps_};
  }

  std::size_t banks_;
  std::size_t row_bytes_;
  References references_;
  BankRows count_rows_;      ///< of a weight: number 0 counts nothing, 1 + b one product for bank b
  BankRows reference_rows_;  ///< likewise: 1 + d a reference at distance d from an activation's address
  std::size_t distances_ = 0;

  const CompressedPass* pass_ = nullptr;
  std::size_t classes_ = 0;
  std::size_t taps_ = 0;                      ///< with the one that stands for no value
  std::vector<std::uint16_t> count_numbers_;  ///< [class][tap]
  std::vector<std::uint16_t> reference_numbers_;
  std::vector<std::vector<BankSet>> bank_of_tap_;  ///< [shape of an accumulator tile][tap]; none for that of no value

  BankRows counts_;  ///< [entry][class][byte]: see CountRows
  BankRows ends_;    ///< see ReferenceRows
  BankRows weights_;
  std::vector<std::uint8_t> repeats_;
};

}  // namespace scnn
