#include "models/scnn/halo_exchange.hpp"

#include <algorithm>

namespace scnn {

namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) {
  return (a + b - 1) / b;
}

/// Which of the nearly equal parts of a range each row (or column) belongs to.
std::vector<std::size_t> owners(Range range, std::int64_t parts) {
  std::vector<std::size_t> result;
  for (std::int64_t i = 0; i < parts; ++i) {
    result.insert(result.end(), static_cast<std::size_t>(part_of(range, i, parts).size()), static_cast<std::size_t>(i));
  }
  return result;
}

/// Calls `visit(row, column)` in raster order.
template <class Visit>
void for_each_output(const Window& window, Visit visit) {
  for (int row = window.rows.begin; row < window.rows.end; ++row) {
    for (int column = window.columns.begin; column < window.columns.end; ++column) visit(row, column);
  }
}

}  // namespace

HaloExchange::HaloExchange(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name),
      array_columns_(parameters.columns),
      halo_per_cycle_(parameters.halo_values),
      ppu_per_cycle_(parameters.ppu_values) {}

void HaloExchange::begin_pass(const Pass& pass) {
  pass_ = &pass;
  row_owner_ = owners(pass.outputs.rows, static_cast<std::int64_t>(pass.tiles.size()) / array_columns_);
  column_owner_ = owners(pass.outputs.columns, array_columns_);
  traffic_.assign(pass.tiles.size(), {});
  for (std::size_t pe = 0; pe < pass.tiles.size(); ++pe) {
    traffic_[pe].own = pass.tiles[pe].owned.size();
    for_each_output(pass.tiles[pe].accumulator, [&](int row, int column) {
      const std::size_t other = owner(row, column);
      if (other == pe) return;
      ++traffic_[pe].out;
      ++traffic_[other].in;
    });
  }
}

std::size_t HaloExchange::owner(int row, int column) const {
  const std::size_t i = row_owner_[static_cast<std::size_t>(row - pass_->outputs.rows.begin)];
  const std::size_t j = column_owner_[static_cast<std::size_t>(column - pass_->outputs.columns.begin)];
  return i * static_cast<std::size_t>(array_columns_) + j;
}

std::int64_t HaloExchange::drain_cycles(int channels) const {
  std::int64_t slowest = 0;
  for (const Traffic& pe : traffic_) {
    slowest = std::max(slowest, ceil_divide(std::max(pe.out, pe.in) * channels, halo_per_cycle_) +
                                    ceil_divide(pe.own * channels, ppu_per_cycle_));
  }
  return slowest;
}

std::int64_t HaloExchange::halo_values() const {
  std::int64_t values = 0;
  for (const Traffic& pe : traffic_) values += pe.out;
  return values;
}

std::int64_t HaloExchange::ppu_values() const {
  std::int64_t values = 0;
  for (const Traffic& pe : traffic_) values += pe.own;
  return values;
}

std::int64_t HaloExchange::move(const OutputGroup& group) {
  // Looked up once: a port searches for its interfaces anew each time.
  std::vector<PostProcessingInterface*> units;
  for (int pe = 0; pe < post_processing.size(); ++pe) units.push_back(post_processing[pe]);
  std::int64_t sent = 0;
  for (std::size_t pe = 0; pe < pass_->tiles.size(); ++pe) {
    const Window& tile = pass_->tiles[pe].accumulator;
    sums_.resize(static_cast<std::size_t>(group.filters.size()) * static_cast<std::size_t>(tile.size()));
    accumulators[static_cast<int>(pe)]->read_partial_sums(sums_);
    std::span<const std::int64_t> left = sums_;
    for (int k = group.filters.begin; k < group.filters.end; ++k) {
      for (int row = tile.rows.begin; row < tile.rows.end; ++row) {
        for (int column = tile.columns.begin; column < tile.columns.end;) {
          const std::size_t to = owner(row, column);
          const int end = std::min(tile.columns.end, pass_->tiles[to].owned.columns.end);
          const auto count = static_cast<std::size_t>(end - column);
          units[to]->accumulate(k, row, column, left.first(count));
          if (to != pe) sent += static_cast<std::int64_t>(count);
          left = left.subspan(count);
          column = end;
        }
      }
    }
  }
  return sent;
}

}  // namespace scnn
