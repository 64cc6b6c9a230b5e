#include "models/scnn/fast_elements.hpp"

#include <numeric>

#include "models/scnn/bank_rows.hpp"
#include "models/scnn/bypass_kernel.hpp"

namespace scnn {

FastElements::FastElements(const sc_core::sc_module_name& name, const Parameters& parameters)
    : sc_module(name), parameters_(parameters) {}

bool FastElements::applies(const Parameters& parameters) {
  return !parameters.merge && parameters.lane_queue == 1 &&
         parameters.accumulator_banks <= static_cast<std::int64_t>(most_banks) &&
         (parameters.bypass_registers == 0 || parameters.accumulator_entries <= reference_bit) &&
         parameters.accumulator_bits <= 32 && parameters.lanes() + parameters.bank_queue <= 255;
}

void FastElements::count_stream(const CompressedPass& pass, std::size_t stream, const StreamCounts& counts) {
  const auto steps =
      static_cast<std::size_t>(pass.filter_steps.rows) * static_cast<std::size_t>(pass.filter_steps.columns);
  const auto weights = std::span(pass.stream_weights).subspan(stream * steps, steps);
  const CompressedPass::StreamTotals& totals = pass.stream_totals[stream];
  const std::int64_t issues = counts.vectors * totals.entries;
  const std::int64_t products = counts.pixels * std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
  counters_.issues += issues;
  counters_.products += products;
  counters_.products_accumulated += counts.accumulated;
  counters_.placeholder_lanes += counts.stored * totals.elements - products;
  const bool input_stationary = parameters_.stationary == Stationary::input;
  counters_.iaram_vector_reads += input_stationary ? counts.vectors * totals.segments : issues;
  counters_.weight_fifo_reads += input_stationary ? issues : counts.pes * totals.entries;
}

void FastElements::add_counters(Counters& counters) const {
  Counters counted = counters_;
  find_dependent(counted, parameters_.lanes());
  counters += counted;
}

}  // namespace scnn
