#include "models/scnn/fast_datapath.hpp"

#include <algorithm>

#include "models/scnn/bypass_kernel.hpp"

namespace scnn {

/// Border steps of the rows (or columns) of a PE's activations.
class BorderMap {
 public:
  /// @param positions first and last row of an activation
  /// @param outputs rows of the accumulator tile, which is all that they reach
  /// @param steps of a filter
  BorderMap(Range positions, Range outputs, int steps) : first_(positions.begin) {
    std::vector<Range> of_row;
    for (int row = positions.begin; row < positions.end; ++row) {
      // An activation at `row` has its output at row - step.
      of_row.push_back({std::max(0, row - outputs.end + 1), std::min(steps, row - outputs.begin + 1)});
    }
    for (const Range& border : of_row) {
      const auto known = std::find(distinct_.begin(), distinct_.end(), border);
      number_.push_back(static_cast<std::size_t>(known - distinct_.begin()));
      if (known == distinct_.end()) distinct_.push_back(border);
    }
  }

  [[nodiscard]] const std::vector<Range>& distinct() const { return distinct_; }
  /// Which of the distinct ones a row has.
  [[nodiscard]] std::size_t number(int row) const { return number_[static_cast<std::size_t>(row - first_)]; }

 private:
  int first_;
  std::vector<Range> distinct_;  ///< few
  std::vector<std::size_t> number_;
};

namespace {

References references_to_know(const Parameters& parameters) {
  if (parameters.bypass_registers == 0) return References::none;
  return ends_suffice(parameters.bypass_registers, parameters.accumulator_entries) ? References::ends
                                                                                   : References::weights;
}

/// Smallest range that holds one coordinate of all activations.
Range extent(std::span<const Activation> activations, std::int32_t Activation::*coordinate) {
  if (activations.empty()) return {};
  const auto [first, last] =
      std::minmax_element(activations.begin(), activations.end(),
                          [&](const Activation& a, const Activation& b) { return a.*coordinate < b.*coordinate; });
  return {(*first).*coordinate, (*last).*coordinate + 1};
}

}  // namespace

bool FastDatapath::applies(const Parameters& parameters) {
  return !parameters.merge && parameters.lane_queue == 1 &&
         parameters.accumulator_banks <= static_cast<std::int64_t>(most_banks) &&
         (parameters.bypass_registers == 0 || parameters.accumulator_entries <= reference_bit) &&
         parameters.accumulator_bits <= 32 && parameters.lanes() + parameters.bank_queue <= 255;
}

FastDatapath::FastDatapath(const sc_core::sc_module_name& name, const Parameters& parameters, SegmentTableStore& tables)
    : Datapath(name),
      parameters_(parameters),
      store_(tables),
      work_(static_cast<std::size_t>(parameters.weight_fifo_entries) + 1),
      blocks_(work_.size()),
      held_(static_cast<std::size_t>(parameters.bypass_registers) * most_banks) {
  crossbar_.banks = static_cast<std::size_t>(parameters.accumulator_banks);
  crossbar_.queue_depth = static_cast<std::uint8_t>(parameters.bank_queue);
  if (parameters.bank_writes > 0) {
    crossbar_.bank_writes = static_cast<std::uint8_t>(std::min<std::int64_t>(parameters.bank_writes, 255));
  }
}

void FastDatapath::begin_pass(const CompressedPass& pass, std::size_t pe, int product_shift, bool with_values) {
  pass_ = &pass;
  with_values_ = with_values;
  shift_ = product_shift;
  counters_ = {};
  const PeTile& tile = pass.geometry.tiles[pe];
  prepare_activations(pass, tile, pass.activations[pe], pass.activation_begins[pe]);
  if (with_values) {
    sums_.begin_pass(pass, tile, pass.activations[pe], pass.activation_begins[pe],
                     static_cast<std::size_t>(parameters_.accumulator_sets));
  }
}

void FastDatapath::prepare_activations(const CompressedPass& pass, const PeTile& tile,
                                       std::span<const Activation> activations, std::span<const std::int64_t> begins) {
  const Window window{extent(activations, &Activation::row), extent(activations, &Activation::column)};
  const BorderMap rows(window.rows, tile.accumulator.rows, pass.filter_steps.rows);
  const BorderMap columns(window.columns, tile.accumulator.columns, pass.filter_steps.columns);
  const TileShape shape{tile.accumulator.rows.size(), tile.accumulator.columns.size(), rows.distinct(),
                        columns.distinct()};
  const bool references = parameters_.bypass_registers > 0;
  tables_ = store_.tables(pass, shape, parameters_, references_to_know(parameters_));
  find_places(window, tile.accumulator, rows, columns);

  stream_begins_.assign(1, 0);
  row_offsets_.clear();
  entry_numbers_.clear();
  const auto width = static_cast<std::size_t>(parameters_.activations_per_cycle);
  std::vector<std::int64_t> class_pixels;
  for (std::size_t s = 0; s + 1 < begins.size(); ++s) {
    // A stream that no segment meets is not read.
    const std::int64_t end = pass.stream_segments[s] > 0 ? begins[s + 1] : begins[s];
    const auto stored =
        activations.subspan(static_cast<std::size_t>(begins[s]), static_cast<std::size_t>(end - begins[s]));
    const std::size_t first = row_offsets_.size();
    const std::size_t vectors = (stored.size() + width - 1) / width;
    row_offsets_.resize(first + vectors * width, zeros_offset());
    if (references) entry_numbers_.resize(row_offsets_.size());
    class_pixels.assign(shape.classes(), 0);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      if (stored[i].value == 0) continue;
      const Place& place = places_[static_cast<std::size_t>(
          (stored[i].row - window.rows.begin) * window.columns.size() + stored[i].column - window.columns.begin)];
      ++class_pixels[place.border_class];
      row_offsets_[first + i] = place.row_offset;
      if (references) entry_numbers_[first + i] = place.entry_number;
    }
    stream_begins_.push_back(stream_begins_.back() + static_cast<std::uint32_t>(vectors));
    if (!stored.empty()) count_stream(pass, s, std::ssize(stored), class_pixels);
  }
}

/// Finds where the pixels of a window reach the banks.
void FastDatapath::find_places(const Window& window, const Window& accumulator, const BorderMap& rows,
                               const BorderMap& columns) {
  const auto banks = static_cast<std::uint32_t>(parameters_.accumulator_banks);
  const auto row_bytes = static_cast<std::uint32_t>(tables_->row_bytes());
  places_.clear();
  for (int row = window.rows.begin; row < window.rows.end; ++row) {
    const Range& row_steps = rows.distinct()[rows.number(row)];
    for (int column = window.columns.begin; column < window.columns.end; ++column) {
      const Range& column_steps = columns.distinct()[columns.number(column)];
      const auto border_class =
          static_cast<std::uint32_t>(rows.number(row) * columns.distinct().size() + columns.number(column));
      Place& place = places_.emplace_back(Place{zeros_offset(), border_class, 0});
      if (row_steps.empty() || column_steps.empty()) continue;  // Its products lie outside the plane.
      const int first_row = row - (row_steps.end - 1) - accumulator.rows.begin;
      const int first_column = column - (column_steps.end - 1) - accumulator.columns.begin;
      const auto address = static_cast<std::uint32_t>(first_row * accumulator.columns.size() + first_column);
      place.row_offset = border_class * row_bytes + banks - address % banks;
      place.entry_number = static_cast<std::uint8_t>(address / banks);
    }
  }
}

/// Counts the issues of a stream's activations and its weights, and their pairs.
/// @param class_pixels pixels of each border class
void FastDatapath::count_stream(const CompressedPass& pass, std::size_t stream, std::int64_t stored,
                                std::span<const std::int64_t> class_pixels) {
  const pruning::RowsColumns steps = pass.filter_steps;
  const std::int64_t* const weights =
      pass.stream_weights.data() + stream * static_cast<std::size_t>(steps.rows * steps.columns);
  const auto weights_in = [&](const Range& rows, const Range& columns) {
    std::int64_t count = 0;
    for (int row = rows.begin; row < rows.end; ++row) {
      for (int column = columns.begin; column < columns.end; ++column) count += weights[row * steps.columns + column];
    }
    return count;
  };
  const std::int64_t all_weights = weights_in({0, steps.rows}, {0, steps.columns});
  std::int64_t products = 0;
  auto pixels = class_pixels.begin();
  for (const Range& rows : tables_->shape().row_steps) {
    for (const Range& columns : tables_->shape().column_steps) {
      products += *pixels * all_weights;
      counters_.products_accumulated += *pixels++ * weights_in(rows, columns);
    }
  }
  const std::int64_t vectors = stream_begins_[stream + 1] - stream_begins_[stream];
  counters_.issues += vectors * pass.stream_entries[stream];
  counters_.products += products;
  counters_.placeholder_lanes += stored * pass.stream_elements[stream] - products;
}

void FastDatapath::begin_group(std::int64_t cycle) {
  now_ = cycle;
  std::fill(held_.begin(), held_.end(), no_reference);
  if (with_values_) sums_.clear(accumulating_);
}

/// Puts the segments that have activations here into `work_` and, as blocks, into `blocks_`. @return how many
std::size_t FastDatapath::take_up(std::int64_t first, std::span<const Arrival> arrivals) {
  if (row_offsets_.empty()) return 0;
  const Segment* const segments = pass_->segments.data() + first;
  const std::uint32_t* const begins = stream_begins_.data();
  const auto width = static_cast<std::uint32_t>(parameters_.activations_per_cycle);
  std::size_t count = 0;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    const Segment& segment = segments[i];
    const auto stream = static_cast<std::size_t>(segment.stream);
    const std::uint32_t vectors = begins[stream + 1] - begins[stream];
    const auto entries = static_cast<std::uint32_t>(segment.last_entry + 1 - segment.first_entry);
    // Empty streams come in no order that a processor could foresee, so there is no branch here.
    blocks_[count] = {
        begins[stream] * width, vectors,      static_cast<std::uint32_t>(tables_->first_place(segment)), entries,
        arrivals[i].cycle,      &work_[count]};
    work_[count] = {first + static_cast<std::int64_t>(i), std::int64_t{vectors} * entries, 0};
    count += vectors > 0 ? 1 : 0;
  }
  return count;
}

std::span<const IssueBlock> FastDatapath::one_entry_after_another(std::span<const IssueBlock> segments) {
  entry_blocks_.clear();
  for (IssueBlock block : segments) {
    const std::uint32_t end = block.first_entry + block.entries;
    for (block.entries = 1; block.first_entry < end; ++block.first_entry) entry_blocks_.push_back(block);
  }
  return entry_blocks_;
}

std::span<const SegmentWork> FastDatapath::run_segments(std::int64_t first, std::span<const Arrival> arrivals) {
  const std::size_t count = take_up(first, arrivals);
  const auto work = std::span(work_).first(count);
  if (work.empty()) return work;
  tables_->extend_to(work.back().segment);
  const auto segments = std::span(blocks_).first(count);
  const IssueWork issues{parameters_.stationary == Stationary::weight ? one_entry_after_another(segments) : segments,
                         row_offsets_.data(), static_cast<std::size_t>(parameters_.activations_per_cycle)};
  now_ = run_issues(issues, tables_->counts(), now_, crossbar_, occupancy_);
  if (parameters_.bypass_registers > 0) {
    counters_.bypass_hits += count_bypass_hits(issues, tables_->references(), entry_numbers_.data(), crossbar_.banks,
                                               static_cast<std::size_t>(parameters_.bypass_registers), held_.data());
  }
  if (with_values_) sums_.add(accumulating_, work, shift_);
  return work;
}

std::int64_t FastDatapath::end_group() {
  now_ += drain_queues(crossbar_, occupancy_);
  draining_ = accumulating_;
  accumulating_ = (accumulating_ + 1) % static_cast<std::size_t>(parameters_.accumulator_sets);
  return now_;
}

void FastDatapath::add_counters(Counters& counters) const {
  Counters counted = counters_;
  find_dependent(counted, parameters_.lanes());
  counters += counted;
}

}  // namespace scnn
