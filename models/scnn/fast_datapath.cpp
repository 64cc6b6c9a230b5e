#include "models/scnn/fast_datapath.hpp"

#include <algorithm>

namespace scnn {

namespace {

/// Steps r of a filter for which an activation at step `at` has its output at - r in `outputs`.
Range steps_in_plane(int at, Range outputs, int steps) {
  return {std::max(0, at - outputs.end + 1), std::min(steps, at - outputs.begin + 1)};
}

}  // namespace

bool FastDatapath::applies(const Parameters& parameters) {
  return !parameters.merge && parameters.lane_queue == 1 &&
         parameters.accumulator_banks <= static_cast<std::int64_t>(issue_kernel_banks) &&
         parameters.lanes() + parameters.bank_queue <= 255;
}

FastDatapath::FastDatapath(const sc_core::sc_module_name& name, const Parameters& parameters, SegmentTableStore& tables)
    : Datapath(name),
      parameters_(parameters),
      store_(tables),
      layered_(parameters.bypass_registers == 1 && parameters.accumulator_entries <= no_entry),
      registers_(static_cast<std::size_t>(parameters.accumulator_banks * parameters.bypass_registers), -1),
      sums_(static_cast<std::size_t>(parameters.accumulator_sets)) {
  crossbar_.banks = static_cast<std::size_t>(parameters.accumulator_banks);
  crossbar_.queue_depth = static_cast<std::uint8_t>(parameters.bank_queue);
  if (parameters.bank_writes > 0) {
    crossbar_.bank_writes = static_cast<std::uint8_t>(std::min<std::int64_t>(parameters.bank_writes, 255));
  }
  for (std::int64_t address = 0; address < parameters.partial_sums(); ++address) {
    bank_of_.push_back(static_cast<std::uint8_t>(address % parameters.accumulator_banks));
  }
}

void FastDatapath::begin_pass(const CompressedPass& pass, const PeTile& tile, int product_shift, bool with_values) {
  pass_ = &pass;
  with_values_ = with_values;
  shift_ = product_shift;
  half_ = product_shift > 0 ? std::int64_t{1} << (product_shift - 1) : 0;
  counters_ = {};
  prepare_activations(pass, tile);
  if (with_values) {
    for (auto& set : sums_) set.assign(static_cast<std::size_t>(parameters_.partial_sums()), 0);
  }
}

void FastDatapath::prepare_activations(const CompressedPass& pass, const PeTile& tile) {
  const auto index = static_cast<std::size_t>(&tile - pass.geometry.tiles.data());
  const auto& activations = pass.activations[index];
  const auto& begins = pass.activation_begins[index];
  const auto border_of = [&](const Activation& activation) {
    return BorderClass{steps_in_plane(activation.row, pass.geometry.outputs.rows, pass.filter_steps.rows),
                       steps_in_plane(activation.column, pass.geometry.outputs.columns, pass.filter_steps.columns)};
  };

  std::vector<BorderClass> classes;  // few
  for (const Activation& activation : activations) {
    const BorderClass border = border_of(activation);
    if (std::find(classes.begin(), classes.end(), border) == classes.end()) classes.push_back(border);
  }
  std::sort(classes.begin(), classes.end());
  tables_ = store_.tables(pass, tile.accumulator, classes, parameters_,
                          {layered_, with_values_ || (parameters_.bypass_registers > 0 && !layered_)});

  pixels_.clear();
  row_offsets_.clear();
  layer_offsets_.clear();
  entry_numbers_.clear();
  vector_sizes_.clear();
  streams_.clear();
  const auto width = parameters_.activations_per_cycle;
  const auto banks = static_cast<std::uint32_t>(parameters_.accumulator_banks);
  for (std::size_t s = 0; s + 1 < begins.size(); ++s) {
    streams_.push_back({pixels_.size(), vector_sizes_.size()});
    for (std::int64_t i = begins[s]; i < begins[s + 1]; ++i) {
      if ((i - begins[s]) % width == 0) vector_sizes_.push_back(0);
      const Activation& activation = activations[static_cast<std::size_t>(i)];
      if (activation.value == 0) continue;
      const auto border = std::find(classes.begin(), classes.end(), border_of(activation));
      const auto border_class = static_cast<std::uint32_t>(border - classes.begin());
      const int address = (activation.row - tile.accumulator.rows.begin) * tile.accumulator.columns.size() +
                          activation.column - tile.accumulator.columns.begin;
      const auto bank = static_cast<std::uint32_t>(address) % banks;
      pixels_.push_back({address, activation.value, border_class});
      const auto row_bytes = static_cast<std::uint32_t>(tables_->row_bytes());
      row_offsets_.push_back(border_class * row_bytes + banks - bank);
      if (layered_) {
        layer_offsets_.push_back(border_class * 2 * row_bytes + banks - bank);
        entry_numbers_.push_back(static_cast<std::uint8_t>(static_cast<std::uint32_t>(address) / banks));
      }
      ++vector_sizes_.back();
    }
  }
  streams_.push_back({pixels_.size(), vector_sizes_.size()});
}

void FastDatapath::begin_group(std::int64_t cycle) {
  now_ = cycle;
  std::fill(registers_.begin(), registers_.end(), -1);
  held_entries_.fill(no_entry);
  if (with_values_) std::fill(sums_[accumulating_].begin(), sums_[accumulating_].end(), 0);
}

SegmentOutcome FastDatapath::run_segment(std::int64_t segment, std::span<const Activation> activations,
                                         std::int64_t start) {
  const Segment& work = pass_->segments[static_cast<std::size_t>(segment)];
  const Stream& stream = streams_[static_cast<std::size_t>(work.stream)];
  const Stream& end = streams_[static_cast<std::size_t>(work.stream) + 1];
  const SegmentTable& table = tables_->of(segment);

  IssueWork issues;
  issues.table = table.rows.data();
  issues.entry_stride = table.entry_bytes;
  issues.entries = table.entries;
  issues.offsets = row_offsets_.data() + stream.pixel;
  issues.vector_sizes = vector_sizes_.data() + stream.vector;
  issues.vectors = end.vector - stream.vector;
  issues.weight_stationary = parameters_.stationary == Stationary::weight;
  issues.idle_cycles = start - now_;
  const IssueCounts counts = run_issues(issues, crossbar_, occupancy_);

  SegmentOutcome outcome;
  outcome.issues = static_cast<std::int64_t>(issues.vectors * issues.entries);
  outcome.conflicts = counts.conflicts;
  now_ = outcome.finish = start + outcome.issues + outcome.conflicts;

  const auto pixels = static_cast<std::int64_t>(end.pixel - stream.pixel);
  const std::int64_t pairs = std::ssize(activations) * (work.end_weight - work.first_weight);
  const std::int64_t products = pixels * work.nonzero_weights;
  counters_.issues += outcome.issues;
  counters_.products += products;
  counters_.products_discarded += products - counts.products;
  counters_.placeholder_lanes += pairs - products;

  if (layered_) {
    count_hits(table, stream, issues.vectors);
  } else if (parameters_.bypass_registers > 0) {
    reference(table, stream, issues.vectors);
  }
  if (with_values_) add(table, stream, end);
  return outcome;
}

/// Partial sums are exact, so their order does not matter.
void FastDatapath::add(const SegmentTable& table, const Stream& from, const Stream& to) {
  auto& sums = sums_[accumulating_];
  for (std::size_t p = from.pixel; p < to.pixel; ++p) {
    const Pixel& pixel = pixels_[p];
    std::int64_t* const first = sums.data() + pixel.address;
    const AddressedWeight* const end = table.begin(pixel.border_class, table.entries);
    for (const AddressedWeight* w = table.begin(pixel.border_class, 0); w != end; ++w) {
      first[w->offset] += (std::int64_t{pixel.value} * w->value + half_) >> shift_;
    }
  }
}

/// One register per bank: all banks at once.
void FastDatapath::count_hits(const SegmentTable& table, const Stream& stream, std::size_t vectors) {
  ReferenceWork work;
  work.layers = table.layers.data();
  work.layer_begins = table.layer_begins.data();
  work.layer_bytes = tables_->layer_bytes();
  work.row_bytes = tables_->row_bytes();
  work.entries = table.entries;
  work.offsets = layer_offsets_.data() + stream.pixel;
  work.entry_numbers = entry_numbers_.data() + stream.pixel;
  work.vector_sizes = vector_sizes_.data() + stream.vector;
  work.vectors = vectors;
  work.weight_stationary = parameters_.stationary == Stationary::weight;
  counters_.bypass_hits += count_bypass_hits(work, crossbar_.banks, held_entries_.data());
}

/// Several registers per bank: product by product, in the order in which they reach their banks.
void FastDatapath::reference(const SegmentTable& table, const Stream& stream, std::size_t vectors) {
  const auto issue = [&](std::size_t vector, std::size_t entry, std::size_t first) {
    for (std::size_t p = first; p < first + vector_sizes_[vector]; ++p) {
      const AddressedWeight* const end = table.begin(pixels_[p].border_class, entry + 1);
      for (const AddressedWeight* w = table.begin(pixels_[p].border_class, entry); w != end; ++w) {
        if (hit(pixels_[p].address + w->offset)) ++counters_.bypass_hits;
      }
    }
  };
  if (parameters_.stationary == Stationary::input) {
    std::size_t pixel = stream.pixel;
    for (std::size_t v = stream.vector; v < stream.vector + vectors; pixel += vector_sizes_[v++]) {
      for (std::size_t e = 0; e < table.entries; ++e) issue(v, e, pixel);
    }
  } else {
    for (std::size_t e = 0; e < table.entries; ++e) {
      std::size_t pixel = stream.pixel;
      for (std::size_t v = stream.vector; v < stream.vector + vectors; pixel += vector_sizes_[v++]) issue(v, e, pixel);
    }
  }
}

/// Looks an address up among the registers of its bank and makes it the most recent.
bool FastDatapath::hit(std::int32_t address) {
  const auto registers = static_cast<std::size_t>(parameters_.bypass_registers);
  const std::size_t bank = bank_of_[static_cast<std::size_t>(address)];
  std::int32_t* const first = registers_.data() + bank * registers;
  std::int32_t moving = address;
  for (std::size_t i = 0; i < registers; ++i) {
    std::swap(moving, first[i]);
    if (moving == address) return true;
  }
  return false;
}

std::int64_t FastDatapath::end_group() {
  now_ += drain_queues(crossbar_, occupancy_);
  draining_ = accumulating_;
  accumulating_ = (accumulating_ + 1) % sums_.size();
  return now_;
}

void FastDatapath::add_counters(Counters& counters) const {
  const std::int64_t accumulated = counters_.products - counters_.products_discarded;
  counters.issues += counters_.issues;
  counters.multiplier_slots += counters_.issues * parameters_.lanes();
  counters.products += counters_.products;
  counters.products_discarded += counters_.products_discarded;
  counters.placeholder_lanes += counters_.placeholder_lanes;
  counters.crossbar_transfers += accumulated;
  counters.bypass_hits += counters_.bypass_hits;
  counters.accumulator_references += accumulated - counters_.bypass_hits;
}

}  // namespace scnn
