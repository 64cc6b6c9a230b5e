// The datapaths of an array's PEs by density and granularity of pruning, without broadcast and barrier. Block by block
// they are evaluated once, as the judge and as the baseline: `times_detailed` is how much faster `QueueingElements`
// are.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <vector>

#include "benchmarks/counts.hpp"
#include "benchmarks/layers.hpp"
#include "benchmarks/suites.hpp"
#include "models/scnn/activation_compressor.hpp"
#include "models/scnn/compressed_pass.hpp"
#include "models/scnn/datapath.hpp"
#include "models/scnn/kernel.hpp"
#include "models/scnn/queueing_elements.hpp"
#include "models/scnn/weight_compressor.hpp"
#include "pruning/grain.hpp"

namespace benchmarks {

namespace {

struct Sparsity {
  pruning::Granularity granularity;
  double weights;
  double activations;
};

/// A layer with the tiles of VGG-16's second stage on the default array.
sim::RunFile run_with(const Sparsity& sparsity) {
  const std::string text = fmt::format(
      "network: {{name: datapath, layers: [{{name: conv, type: conv, input: {{channels: 8, height: 112, width: 112}}, "
      "output_channels: 16, kernel: 3, padding: 1, relu: true}}]}}\n"
      "weights: {{synthetic: {{seed: 1}}}}\n"
      "pruning: {{granularity: {}, density: {}}}\n"
      "activations: {{synthetic: {{seed: 1, density: {}}}}}\n",
      pruning::name_of(sparsity.granularity), sparsity.weights, sparsity.activations);
  return sim::read_run(workloads::ConfigNode::parse(text, "datapath benchmark"));
}

/// PEs at work on one pass; they run its segments one after another as if these were all there.
/// @tparam Elements how they are evaluated
template <class Elements>
class Running {
 public:
  Running(const scnn::Parameters& parameters, const scnn::LayerOperands& operands, const scnn::CompressedPass& pass,
          bool with_values)
      : use_(kernel_),
        operands_(operands),
        pass_(pass),
        with_values_(with_values),
        fifo_entries_(parameters.weight_fifo_entries),
        elements_(parameters) {}

  void begin_pass() { elements_.begin_pass(pass_, operands_.product_shift, with_values_); }

  /// @return sum of the cycles in which the PEs end their groups
  std::int64_t run() {
    std::int64_t cycles = 0;
    for (std::size_t g = 0; g < pass_.groups.size(); ++g) {
      const scnn::GroupSegments& group = pass_.group_segments[g];
      elements_.begin_group();
      for (std::int64_t begin = group.begin; begin < group.end;) {
        const std::int64_t end = end_of_fifo(begin, group.end);
        arrivals_.resize(static_cast<std::size_t>(end - begin));
        elements_.take(begin, arrivals_);
        begin = end;
      }
      cycles += elements_.end_group(g);
    }
    return cycles;
  }

  [[nodiscard]] Counts counts(std::int64_t cycles) const {
    scnn::Counters counters;
    elements_.add_counters(counters);
    return counts_of(cycles, counters, {});
  }

 private:
  /// Segments that fit the weight FIFO together with the first.
  [[nodiscard]] std::int64_t end_of_fifo(std::int64_t begin, std::int64_t last) const {
    const auto segment = [&](std::int64_t s) { return pass_.segments[static_cast<std::size_t>(s)]; };
    std::int64_t end = begin + 1;
    while (end < last && segment(end).last_entry - segment(begin).first_entry < fifo_entries_) ++end;
    return end;
  }

  scnn::Kernel kernel_;
  scnn::Kernel::Use use_;
  const scnn::LayerOperands& operands_;
  const scnn::CompressedPass& pass_;
  bool with_values_;
  std::int64_t fifo_entries_;
  Elements elements_;
  std::vector<scnn::Arrival> arrivals_;  ///< all at once
};

/// Block by block.
class Datapaths {
 public:
  explicit Datapaths(const scnn::Parameters& parameters) {
    for (std::int64_t pe = 0; pe < parameters.pes(); ++pe) {
      datapaths_.push_back(std::make_unique<scnn::Datapath>(fmt::format("datapath_{}", pe).c_str(), parameters));
    }
  }

  void begin_pass(const scnn::CompressedPass& pass, int product_shift, bool with_values) {
    for (std::size_t pe = 0; pe < datapaths_.size(); ++pe) {
      datapaths_[pe]->begin_pass(pass, pe, product_shift, with_values);
    }
  }
  void begin_group() {
    for (const auto& datapath : datapaths_) datapath->begin_group(0);
  }
  void take(std::int64_t first, std::span<const scnn::Arrival> arrivals) {
    for (const auto& datapath : datapaths_) datapath->run_segments(first, arrivals);
  }
  std::int64_t end_group(std::size_t /*group*/) {
    std::int64_t cycles = 0;
    for (const auto& datapath : datapaths_) cycles += datapath->end_group();
    return cycles;
  }
  void add_counters(scnn::Counters& counters) const {
    for (const auto& datapath : datapaths_) datapath->add_counters(counters);
  }

 private:
  std::vector<std::unique_ptr<scnn::Datapath>> datapaths_;
};

/// Fast.
class Fast {
 public:
  explicit Fast(const scnn::Parameters& parameters)
      : pes_(parameters.pes()), pipeline_latency_(parameters.pipeline_latency), elements_("elements", parameters) {}

  void begin_pass(const scnn::CompressedPass& pass, int product_shift, bool with_values) {
    elements_.begin_pass(pass, product_shift, with_values);
  }
  void begin_group() { elements_.begin_group(0); }
  void take(std::int64_t first, std::span<const scnn::Arrival> arrivals) {
    finishes_.resize(arrivals.size());
    elements_.take(first, arrivals, finishes_);
  }
  std::int64_t end_group(std::size_t group) {
    const scnn::ArrayReport report = elements_.end_group(group);
    return pes_ * (report.finished - pipeline_latency_) - report.cycles.barrier;
  }
  void add_counters(scnn::Counters& counters) const {
    scnn::Counters all;
    elements_.add_counters(all);
    // Reads of the IARAM and the FIFO are the sequencers', of which the datapaths have none.
    all.iaram_vector_reads = all.weight_fifo_reads = 0;
    counters += all;
  }

 private:
  std::int64_t pes_;
  std::int64_t pipeline_latency_;
  scnn::QueueingElements elements_;
  std::vector<std::int64_t> finishes_;
};

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void run_datapaths(benchmark::State& state, const Sparsity& sparsity, const Mode& mode) {
  scnn::Parameters parameters;
  parameters.bypass_registers = mode.bypass_registers;
  const sim::EvaluatedLayer layer = evaluated_layer(run_with(sparsity));
  const scnn::LayerOperands& operands = layer.operands;
  const scnn::Mapping mapping = scnn::map_layer(operands, parameters);
  scnn::CompressedPass pass;
  scnn::compress_weights(pass, operands, mapping.groups, parameters);
  scnn::compress_activations(pass, operands, mapping.passes.front(), parameters);
  if (!mode.timing_only) pass.arrange_multiplicands();

  Counts expected;
  double detailed_seconds = 0;
  {
    Running<Datapaths> detailed(parameters, operands, pass, !mode.timing_only);
    detailed.begin_pass();
    const double start = cpu_seconds();
    const std::int64_t cycles = detailed.run();
    detailed_seconds = cpu_seconds() - start;
    expected = detailed.counts(cycles);
  }

  Running<Fast> fast(parameters, operands, pass, !mode.timing_only);
  for (auto _ : state) {
    state.PauseTiming();
    fast.begin_pass();
    state.ResumeTiming();
    const std::int64_t cycles = fast.run();
    const std::string difference = first_difference(fast.counts(cycles), expected);
    if (difference.empty()) continue;
    state.SkipWithError(difference.c_str());
    return;
  }

  using benchmark::Counter;
  state.counters["products_per_second"] =
      Counter(static_cast<double>(expected.at("products")), Counter::kIsIterationInvariantRate);
  state.counters["times_detailed"] = Counter(detailed_seconds, Counter::kIsIterationInvariantRate);
}

}  // namespace

void register_datapaths() {
  using enum pruning::Granularity;
  static constexpr Sparsity sparsities[] = {{fine, 0.1, 0.5},   {fine, 0.3, 0.5},   {fine, 1.0, 0.5},
                                            {fine, 0.3, 0.2},   {fine, 0.3, 1.0},   {vector, 0.3, 0.5},
                                            {kernel, 0.3, 0.5}, {filter, 0.3, 0.5}, {fine, 1.0, 1.0}};
  for (const Sparsity& sparsity : sparsities) {
    for (const Mode& mode : modes) {
      const std::string name =
          fmt::format("datapath/{}/weights_{}/activations_{}/{}", pruning::name_of(sparsity.granularity),
                      sparsity.weights, sparsity.activations, mode.name);
      benchmark::RegisterBenchmark(name.c_str(), [&](benchmark::State& state) {
        run_datapaths(state, sparsity, mode);
      })->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace benchmarks
