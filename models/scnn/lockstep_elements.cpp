#include "models/scnn/lockstep_elements.hpp"

#include <algorithm>
#include <bit>

#include "models/scnn/bank_rows.hpp"

namespace scnn {

namespace {

/// Outputs of a tile that a word has bits for.
constexpr int word_bits = 32;

// Between two times of settling 32 bits count the cycles. They begin with finishes no further apart than it takes to
// work on a full FIFO, and count to the last arrival and the work of all segments at most; a bank is not shared, so a
// segment has no more entries than there are banks.
constexpr std::size_t most_pixels = 1 << 14;  ///< of all PEs
constexpr std::size_t most_segments = 256;
constexpr std::int64_t most_fifo_entries = most_segments * most_banks;
constexpr std::int64_t farthest = 1 << 30;  ///< arrival
static_assert(most_segments * most_banks * most_pixels <= (std::size_t{1} << 29));

}  // namespace

LockstepElements::LockstepElements(const sc_core::sc_module_name& name, const Parameters& parameters)
    : FastElements(name, parameters),
      pes_(static_cast<std::size_t>(parameters.pes())),
      reaching_ends_(pes_),
      clocks_(pes_),
      flush_(pes_),
      history_((most_segments + 1) * row_size()) {}

bool LockstepElements::applies(const CompressedPass& pass, const Parameters& parameters) {
  const std::int64_t tile = std::max(1, pass.geometry.largest_accumulator_tile());
  return pass.pixels.size() <= most_pixels && parameters.weight_fifo_entries <= most_fifo_entries &&
         pass.filter_steps.rows == 1 && pass.filter_steps.columns == 1 && tile <= word_bits &&
         tile * pass.filters_per_group() <= parameters.accumulator_banks;
}

void LockstepElements::begin_pass(const CompressedPass& pass, int product_shift, bool with_values) {
  pass_ = &pass;
  no_tap_ = pass.no_tap();
  shift_ = product_shift;
  with_values_ = with_values;
  counters_ = {};
  const std::size_t streams = pass.stream_totals.size();
  const auto filters = static_cast<std::size_t>(pass.filters_per_group());
  const bool bypass = parameters_.bypass_registers > 0;
  tile_size_ = static_cast<std::size_t>(pass.geometry.largest_accumulator_tile());
  vectors_.assign(streams * row_size(), 0);
  last_product_.assign(streams * row_size(), 0);
  pixels_.assign(bypass ? streams * row_size() : 0, 0);
  stream_vectors_.assign(streams, 0);
  reached_.assign(row_size(), 0);
  touched_.assign(bypass ? filters * row_size() : 0, 0);
  values_.assign(with_values ? streams * tile_size_ * row_size() : 0, 0);
  sums_.assign(with_values ? filters * tile_size_ * row_size() : 0, 0);

  number_outputs();
  for (std::size_t s = 0; s < streams; ++s) {
    if (pass.stream_totals[s].segments > 0) load_stream(s);
  }
  counters_.bypass_hits = bypass ? counters_.products_accumulated : 0;  // less the first references, see `refer`
}

/// Finds the output that each pixel reaches, and the vectors that a number of activations makes.
void LockstepElements::number_outputs() {
  outputs_.clear();
  for (const CompressedPass::Pixel& pixel : pass_->pixels) {
    const Window& tile = pass_->geometry.tiles[pixel.pe].accumulator;
    const int output = (pixel.row - tile.rows.begin) * tile.columns.size() + pixel.column - tile.columns.begin;
    outputs_.push_back(tile.contains(pixel.row, pixel.column) ? static_cast<std::uint8_t>(output) : no_output);
  }
  all_reach_ = std::find(outputs_.begin(), outputs_.end(), no_output) == outputs_.end();
  const auto width = static_cast<std::uint32_t>(parameters_.activations_per_cycle);
  vectors_of_.clear();
  for (std::uint32_t size = 0; size <= outputs_.size(); ++size) vectors_of_.push_back((size + width - 1) / width);
}

void LockstepElements::load_stream(std::size_t stream) {
  const std::uint32_t* const begins = pass_->activation_begins.data() + stream * pes_;
  const std::uint32_t* const vectors_of = vectors_of_.data();
  std::uint32_t* const vectors = vectors_.data() + row(stream);
  std::uint32_t* const last_product = last_product_.data() + row(stream);
  StreamCounts counts;
  counts.stored = counts.pixels = begins[pes_] - begins[0];
  for (std::size_t pe = 0; pe < pes_; ++pe) {
    const std::uint32_t of_pe = vectors_of[begins[pe + 1] - begins[pe]];
    const std::uint32_t any = of_pe > 0 ? 1 : 0;
    vectors[pe] = of_pe;
    last_product[pe] = any;
    counts.vectors += of_pe;
    counts.pes += any;
  }
  stream_vectors_[stream] = counts.vectors;
  // Mostly every activation has an output, and which does not matter.
  const bool same = all_reach_ && !pass_->activations_have_zeros && pixels_.empty() && !with_values_;
  const std::int64_t reaching = same ? counts.stored : load_activations(stream, counts);
  counts.accumulated = reaching * pass_->stream_weights[stream];
  count_stream(*pass_, stream, counts);
}

/// Looks at the activations one by one, and at the last one of each PE that has an output.
/// @return how many have an output
std::int64_t LockstepElements::load_activations(std::size_t stream, StreamCounts& counts) {
  const std::uint32_t* const begins = pass_->activation_begins.data() + stream * pes_;
  std::copy_n(begins, pes_, reaching_ends_.begin());
  std::uint32_t* const pixels = pixels_.empty() ? nullptr : pixels_.data() + row(stream);
  std::int64_t reaching = 0;
  counts.pixels = 0;
  for (std::uint32_t a = begins[0]; a < begins[pes_]; ++a) {
    const std::int16_t value = pass_->activation_values[a];
    if (value == 0) continue;
    ++counts.pixels;
    const std::uint32_t pixel = pass_->activation_pixels[a];
    const std::uint8_t output = outputs_[pixel];
    if (output == no_output) continue;
    ++reaching;
    const std::uint32_t pe = pass_->pixels[pixel].pe;
    reaching_ends_[pe] = a + 1;
    if (pixels != nullptr) pixels[pe] |= std::uint32_t{1} << output;
    if (with_values_) values_[(stream * tile_size_ + output) * row_size() + pe] = value;
  }
  for (std::size_t pe = 0; pe < pes_; ++pe) {
    const std::uint32_t until_last = vectors_of_[reaching_ends_[pe] - begins[pe]];
    last_product_[row(stream) + pe] = until_last > 0 ? vectors_[row(stream) + pe] + 1 - until_last : 0;
    if (pixels != nullptr) reached_[pe] |= pixels[pe];
  }
  return reaching;
}

void LockstepElements::begin_group(std::int64_t release) {
  clocks_.begin_group(release);
  issues_ = 0;
  late_.assign(row_size(), 0);
  count_anew();
}

/// Cycles count from the first finish.
void LockstepElements::count_anew() {
  const std::span<const std::int64_t> finish = clocks_.rows().finish;
  origin_ = *std::min_element(finish.begin(), finish.end());
  segments_.clear();
  for (std::size_t pe = 0; pe < row_size(); ++pe) history_[pe] = static_cast<std::int32_t>(finish[pe] - origin_);
  supply_.assign(row_size(), 0);
}

void LockstepElements::take(std::int64_t first, std::span<const Arrival> arrivals, std::span<std::int64_t> finishes) {
  while (!arrivals.empty()) {
    const auto far = std::find_if(arrivals.begin(), arrivals.end(),
                                  [&](const Arrival& arrival) { return arrival.cycle - origin_ > farthest; });
    const std::size_t room = most_segments - segments_.size();
    const std::size_t count = std::min(static_cast<std::size_t>(far - arrivals.begin()), room);
    if (count == 0) {
      settle();
      if (far == arrivals.begin()) wait_for(arrivals.front());
      count_anew();
      continue;
    }
    take_up(first, arrivals.first(count), finishes.first(count));
    first += static_cast<std::int64_t>(count);
    arrivals = arrivals.subspan(count);
    finishes = finishes.subspan(count);
  }
}

void LockstepElements::take_up(std::int64_t first, std::span<const Arrival> arrivals,
                               std::span<std::int64_t> finishes) {
  const std::size_t before = segments_.size();
  segments_.resize(before + arrivals.size());
  const std::span<LockstepSegment> segments = std::span(segments_).subspan(before);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const Segment& segment = pass_->segments[static_cast<std::size_t>(first) + i];
    LockstepSegment& work = segments[i];
    work.arrival = static_cast<std::int32_t>(arrivals[i].cycle - origin_);
    work.unhindered = static_cast<std::int32_t>(std::max<std::int64_t>(0, arrivals[i].unhindered - origin_));
    work.entries = static_cast<std::int32_t>(segment.last_entry + 1 - segment.first_entry);
    work.taps = pass_->taps_of(segment);
    work.vectors = vectors_.data() + row_of(segment);
    work.last_product = last_product_.data() + row_of(segment);
    issues_ += stream_vectors_[static_cast<std::size_t>(segment.stream)] * work.entries;
  }
  finishes_.resize(segments.size());
  take_up_in_lockstep(segments, std::span(history_).subspan(before * row_size()), supply_, finishes_);
  for (std::size_t i = 0; i < segments.size(); ++i) finishes[i] = origin_ + finishes_[i];
}

/// Hands on what the segments so far came to.
void LockstepElements::settle() {
  const LockstepIssues issues{parameters_.stationary == Stationary::input, pass_->weights_per_entry, no_tap_};
  find_late_products(segments_, issues, history_, late_);
  const ClockRows clocks = clocks_.rows();
  const std::int32_t* const last = history_.data() + segments_.size() * row_size();
  for (std::size_t pe = 0; pe < row_size(); ++pe) clocks.finish[pe] = origin_ + last[pe];
  for (std::size_t pe = 0; pe < pes_; ++pe) *clocks.supply += supply_[pe];
}

/// Lets the PEs wait for a segment for longer than 32 bits can count.
void LockstepElements::wait_for(const Arrival& arrival) {
  const ClockRows clocks = clocks_.rows();
  for (std::size_t pe = 0; pe < row_size(); ++pe) {
    const std::int64_t before = clocks.finish[pe];
    const std::int64_t start = std::max(before, arrival.cycle);
    if (pe < pes_) *clocks.supply += std::max<std::int64_t>(0, std::min(arrival.unhindered, start) - before);
    if (start > before) late_[pe] = 0;
    clocks.finish[pe] = start;
  }
}

ArrayReport LockstepElements::end_group(std::size_t group) {
  settle();
  const GroupSegments& segments = pass_->group_segments[group];
  if (parameters_.bypass_registers > 0) refer(segments, static_cast<std::size_t>(pass_->groups[group].filters.size()));
  if (with_values_) accumulate(segments);
  for (std::size_t pe = 0; pe < pes_; ++pe) {
    flush_[pe] = late_[pe] + parameters_.pipeline_latency;
  }
  return clocks_.report(issues_, 0, flush_);
}

/// A bank has one partial sum: the first reference in a group touches the memory, all others find it in a register.
void LockstepElements::refer(const GroupSegments& segments, std::size_t filters) {
  constexpr std::int64_t some = 32;  // segments after which to look whether any output is left
  std::fill(touched_.begin(), touched_.end(), 0);
  for (std::int64_t begin = segments.begin; begin < segments.end && !all_touched(filters); begin += some) {
    for (std::int64_t s = begin; s < std::min(begin + some, segments.end); ++s) {
      const Segment& segment = pass_->segments[static_cast<std::size_t>(s)];
      mark_outputs(pass_->taps_of(segment), no_tap_, std::span(pixels_).subspan(row_of(segment), row_size()),
                   touched_.data());
    }
  }
  for (const std::uint32_t outputs : touched_) counters_.bypass_hits -= std::popcount(outputs);
}

/// Whether all outputs of so many filters are that the activations can reach.
bool LockstepElements::all_touched(std::size_t filters) const {
  for (std::size_t filter = 0; filter < filters; ++filter) {
    if (!std::equal(reached_.begin(), reached_.end(), touched_.begin() + static_cast<std::ptrdiff_t>(row(filter)))) {
      return false;
    }
  }
  return true;
}

void LockstepElements::accumulate(const GroupSegments& segments) {
  std::fill(sums_.begin(), sums_.end(), 0);
  for (std::int64_t s = segments.begin; s < segments.end; ++s) {
    const auto number = static_cast<std::size_t>(s);
    const std::size_t first = pass_->multiplicand_begins[number];
    add_products(std::span(pass_->multiplicands).subspan(first, pass_->multiplicand_begins[number + 1] - first),
                 std::span(values_).subspan(row_of(pass_->segments[number]) * tile_size_, tile_size_ * row_size()),
                 shift_, sums_.data());
  }
}

void LockstepElements::read_partial_sums(std::size_t pe, std::span<std::int64_t> sums) const {
  const auto outputs = static_cast<std::size_t>(pass_->geometry.tiles[pe].accumulator.size());
  for (std::size_t filter = 0; !sums.empty(); ++filter, sums = sums.subspan(outputs)) {
    for (std::size_t output = 0; output < outputs; ++output) {
      sums[output] = sums_[row(filter * tile_size_ + output) + pe];
    }
  }
}

}  // namespace scnn
