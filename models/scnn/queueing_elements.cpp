#include "models/scnn/queueing_elements.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/scnn/bypass_kernel.hpp"

namespace scnn {

namespace {

/// Steps of a filter with which an activation at a row (or column) reaches the plane.
/// @param outputs rows of the accumulator tile, which is all that it reaches
Range border_of(int row, Range outputs, int steps) {
  // The output is at row - step.
  return {std::max(0, row - outputs.end + 1), std::min(steps, row - outputs.begin + 1)};
}

}  // namespace

QueueingElements::QueueingElements(const sc_core::sc_module_name& name, const Parameters& parameters)
    : FastElements(name, parameters),
      tables_(parameters),
      clocks_(static_cast<std::size_t>(parameters.pes())),
      bank_bytes_(bank_row_bytes(static_cast<std::size_t>(parameters.accumulator_banks)) / 2) {
  sums_.resize(static_cast<std::size_t>(parameters.pes()));
  flush_.resize(pes());
  held_.resize(pes() * static_cast<std::size_t>(parameters.bypass_registers) * most_banks);
  waiting_.clear(pes() * 2 * bank_bytes_);
  no_pauses_.resize(pes());
  crossbar_.banks = static_cast<std::size_t>(parameters.accumulator_banks);
  crossbar_.queue_depth = static_cast<std::uint8_t>(parameters.bank_queue);
  if (parameters.bank_writes > 0) {
    crossbar_.bank_writes = static_cast<std::uint8_t>(std::min<std::int64_t>(parameters.bank_writes, 255));
  }
}

void QueueingElements::begin_pass(const CompressedPass& pass, int product_shift, bool with_values) {
  pass_ = &pass;
  with_values_ = with_values;
  shift_ = product_shift;
  counters_ = {};
  classes_.assign(1, {});
  find_places();
  tables_.begin_pass(pass, classes_);
  share_streams();
  for (std::size_t stream = 0; stream < stream_counts_.size(); ++stream) {
    place_activations(stream);
    count_stream(pass, stream, stream_counts_[stream]);
  }
  if (!with_values) return;
  const std::vector<Window> windows = pass.pixel_windows();
  for (std::size_t pe = 0; pe < pes(); ++pe) sums_[pe].begin_pass(pass, pe, windows[pe]);
}

/// Finds where the pixels reach the banks.
void QueueingElements::find_places() {
  const auto banks = static_cast<std::uint32_t>(parameters_.accumulator_banks);
  std::uint32_t border_class = 0;
  places_.clear();
  all_meet_ = true;
  for (const CompressedPass::Pixel& pixel : pass_->pixels) {
    const Window& accumulator = pass_->geometry.tiles[pixel.pe].accumulator;
    const Range row_steps = border_of(pixel.row, accumulator.rows, pass_->filter_steps.rows);
    const Range column_steps = border_of(pixel.column, accumulator.columns, pass_->filter_steps.columns);
    Place& place = places_.emplace_back();
    all_meet_ &= row_steps.size() == pass_->filter_steps.rows && column_steps.size() == pass_->filter_steps.columns;
    if (row_steps.empty() || column_steps.empty()) continue;  // Its products lie outside the plane.
    const int first_row = pixel.row - (row_steps.end - 1) - accumulator.rows.begin;
    const int first_column = pixel.column - (column_steps.end - 1) - accumulator.columns.begin;
    const auto address = static_cast<std::uint32_t>(first_row * accumulator.columns.size() + first_column);
    border_class = number_of({accumulator.rows.size(), accumulator.columns.size(), row_steps, column_steps},
                             border_class);  // As of its neighbour, mostly.
    place.border_class = border_class;
    place.row_offset = static_cast<std::uint32_t>(tables_.row_of(border_class)) + banks - address % banks;
    place.entry_number = static_cast<std::uint8_t>(address / banks);
  }
}

/// @param expected number
std::uint32_t QueueingElements::number_of(const BorderClass& border, std::uint32_t expected) {
  if (border == classes_[expected]) return expected;
  const auto known = std::find(classes_.begin(), classes_.end(), border);
  const auto number = static_cast<std::uint32_t>(known - classes_.begin());
  if (known == classes_.end()) classes_.push_back(border);
  return number;
}

void QueueingElements::share_streams() {
  const std::size_t streams = pass_->stream_totals.size();
  vectors_.assign(streams * clocks_.row_size(), 0);
  stream_counts_.assign(streams, {});
  streams_.assign(1, {});
  shares_.clear();
  for (std::size_t stream = 0; stream < streams; ++stream) share_stream(stream);
  const std::size_t places = streams_.back().first_place;
  if (row_offsets_.size() < places) row_offsets_.resize(places);
  if (parameters_.bypass_registers > 0) entry_numbers_.assign(places, 0);
}

/// Orders the PEs that have activations of a stream by how many.
void QueueingElements::share_stream(std::size_t stream) {
  Stream end = streams_.back();
  if (pass_->stream_totals[stream].segments == 0) {  // It is not read.
    streams_.push_back(end);
    return;
  }
  constexpr std::uint32_t most = 63;  // Longer loops have few ends: their order does not matter.
  std::array<std::uint32_t, most + 1> begins{};
  const auto width = static_cast<std::uint32_t>(parameters_.activations_per_cycle);
  StreamCounts& counts = stream_counts_[stream];
  const std::uint32_t* const stored_before = pass_->activation_begins.data() + stream * pes();
  const auto stored = [&](std::size_t pe) { return stored_before[pe + 1] - stored_before[pe]; };
  std::uint32_t largest = 0;
  for (std::size_t pe = 0; pe < pes(); ++pe) {
    ++begins[std::min(stored(pe), most)];
    largest = std::max(largest, stored(pe));
  }
  for (auto size = static_cast<std::uint32_t>(vectors_of_.size()); size <= largest; ++size) {
    vectors_of_.push_back({(size + width - 1) / width, size % width});
  }
  begins[0] = 0;  // PEs without activations
  std::uint32_t before = 0;
  for (std::uint32_t& begin : std::span(begins).first(std::min(largest, most) + 1)) {
    before += std::exchange(begin, before);
  }
  shares_.resize(end.first_share + before);
  const std::span shares = std::span(shares_).subspan(end.first_share);
  pruning::for_each_nonzero(pes(), stored, [&](std::size_t pe) {
    const std::uint32_t size = stored(pe);
    const Vectors vectors = vectors_of_[size];
    shares[begins[std::min(size, most)]++] = {static_cast<std::uint32_t>(pe), vectors.count, vectors.rest};
    vectors_[stream * clocks_.row_size() + pe] = vectors.count;
    counts.stored += size;
    counts.vectors += vectors.count;
  });
  end.first_place += static_cast<std::size_t>(counts.vectors) * width;
  counts.pes = std::ssize(shares);
  end.first_share = shares_.size();
  streams_.push_back(end);
}

void QueueingElements::place_activations(std::size_t stream) {
  const bool references = parameters_.bypass_registers > 0;
  const auto width = static_cast<std::size_t>(parameters_.activations_per_cycle);
  const std::vector<std::int64_t> met = meeting_weights(stream);
  // Where filters are of one tap, mostly no activation differs from the others in what it meets.
  const bool same = all_meet_ && !pass_->activations_have_zeros;
  std::int64_t pixels = same ? stream_counts_[stream].stored : 0;
  std::int64_t accumulated = same ? pixels * met.back() : 0;
  std::size_t first = streams_[stream].first_place;
  for (std::size_t i = streams_[stream].first_share; i < streams_[stream + 1].first_share; ++i) {
    const StoredActivations stored = pass_->activation_stream(shares_[i].pe, stream);
    const std::size_t end = first + shares_[i].vectors * width;
    for (std::size_t place = end - width; place < end; ++place) row_offsets_[place] = 0;  // where there is none
    for (std::size_t a = 0; a < stored.size(); ++a) {
      if (!same && stored.values[a] == 0) {
        row_offsets_[first + a] = 0;
        continue;
      }
      const Place& place = places_[stored.pixels[a]];
      row_offsets_[first + a] = place.row_offset;
      if (references) entry_numbers_[first + a] = place.entry_number;
      if (same) continue;
      ++pixels;
      accumulated += met[place.border_class];
    }
    first = end;
  }
  stream_counts_[stream].pixels = pixels;
  stream_counts_[stream].accumulated = accumulated;
}

/// Weights of a stream that meet an activation in the plane, by the activation's class.
std::vector<std::int64_t> QueueingElements::meeting_weights(std::size_t stream) const {
  const pruning::RowsColumns steps = pass_->filter_steps;
  const auto taps = static_cast<std::size_t>(steps.rows) * static_cast<std::size_t>(steps.columns);
  const std::int64_t* const weights = pass_->stream_weights.data() + stream * taps;
  std::vector<std::int64_t> met(classes_.size(), 0);
  for (std::size_t c = 0; c < classes_.size(); ++c) {
    for (int row = classes_[c].row_steps.begin; row < classes_[c].row_steps.end; ++row) {
      for (int column = classes_[c].column_steps.begin; column < classes_[c].column_steps.end; ++column) {
        met[c] += weights[row * steps.columns + column];
      }
    }
  }
  return met;
}

void QueueingElements::begin_group(std::int64_t release) {
  clocks_.begin_group(release);
  issues_ = conflicts_ = 0;
  std::fill(held_.begin(), held_.end(), no_reference);
  if (!with_values_) return;
  for (PartialSumPlanes& sums : sums_) sums.clear();
}

void QueueingElements::take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes) {
  const auto segments = std::span(pass_->segments).subspan(static_cast<std::size_t>(first), arrivals.size());
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = segments[i];
    const auto stream = static_cast<std::size_t>(segment.stream);
    const std::int64_t entries = segment.last_entry + 1 - segment.first_entry;
    finishes[i] = take_up_segment(arrivals[i], vectors_.data() + stream * clocks_.row_size(), entries, clocks_.rows());
    issues_ += stream_counts_[stream].vectors * entries;
    const std::int64_t conflicts = run_segment(segment);
    if (conflicts > 0) finishes[i] = clocks_.latest_finish();
    conflicts_ += conflicts;
  }
  if (!with_values_) return;
  for (PartialSumPlanes& sums : sums_) sums.add(first, std::ssize(arrivals), shift_);
}

/// @return conflicts
std::int64_t QueueingElements::run_segment(const Segment& segment) {
  const Stream& stream = streams_[static_cast<std::size_t>(segment.stream)];
  const std::size_t end = streams_[static_cast<std::size_t>(segment.stream) + 1].first_share;
  if (stream.first_share == end) return 0;  // All PEs pass over it.
  tables_.build(segment);
  const auto entries = static_cast<std::size_t>(segment.last_entry + 1 - segment.first_entry);
  SegmentIssues issues{std::span(shares_).subspan(stream.first_share, end - stream.first_share),
                       row_offsets_.data() + stream.first_place,
                       static_cast<std::size_t>(parameters_.activations_per_cycle), 0, entries};
  const std::int64_t* pauses = clocks_.rows().pauses.data();
  if (parameters_.stationary == Stationary::input) return issue(issues, stream.first_place, pauses);
  std::int64_t conflicts = 0;
  for (issues.entries = 1; issues.first_entry < entries; ++issues.first_entry) {
    conflicts += issue(issues, stream.first_place, pauses);
    pauses = no_pauses_.data();  // between entries
  }
  return conflicts;
}

/// @param first_place of the shares' activations @param pauses by PE: see run_issues @return conflicts
std::int64_t QueueingElements::issue(const SegmentIssues& issues, std::size_t first_place, const std::int64_t* pauses) {
  if (parameters_.bypass_registers > 0) {
    counters_.bypass_hits +=
        count_bypass_hits(issues, tables_.references(), entry_numbers_.data() + first_place, crossbar_.banks,
                          static_cast<std::size_t>(parameters_.bypass_registers), held_.data());
  }
  return run_issues(issues, tables_.counts(), crossbar_, crossbars(), pauses, clocks_.rows().finish.data());
}

ArrayReport QueueingElements::end_group(std::size_t /*group*/) {
  for (std::size_t pe = 0; pe < pes(); ++pe) {
    flush_[pe] = drain_queues(crossbar_, crossbars(), pe, clocks_.rows().idle[pe]) + parameters_.pipeline_latency;
  }
  return clocks_.report(issues_, conflicts_, flush_);
}

}  // namespace scnn
