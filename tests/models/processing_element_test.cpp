#include "models/scnn/processing_element.hpp"

#include <array>
#include <memory>

#include "models/scnn/evaluation.hpp"
#include "models/scnn/queueing_elements.hpp"
#include "tests/models/stub_neighbours.hpp"

namespace processing_element_test {

using scnn::Activation;
using scnn::Arrival;
using scnn::Counters;
using scnn::Evaluation;
using scnn::GroupReport;
using scnn::Parameters;
using scnn::ProcessingElement;
using scnn::Weight;
using scnn::test::PassBuilder;

/// A PE whose neighbours are the test's, evaluated block by block or fast.
class OnePe {
 public:
  OnePe(const Parameters& parameters, const PassBuilder& builder, Evaluation evaluation) : pass_(builder.pass) {
    if (evaluation == Evaluation::fast) {
      fast_ = std::make_unique<scnn::QueueingElements>("pe", one_pe(parameters));
      return;
    }
    detailed_ = std::make_unique<ProcessingElement>("pe", 0, parameters, evaluation);
    detailed_->weight_supply(supply_);
    detailed_->barrier(barrier_);
    barrier_.pass = &pass_;
  }

  /// @param releases B(g) of each group
  std::vector<GroupReport> run(const std::vector<Arrival>& arrivals, const std::vector<std::int64_t>& releases = {0}) {
    if (fast_) return run_fast(arrivals, releases);
    supply_.arrivals = arrivals;
    barrier_.cycles = releases;
    detailed_->begin_pass(pass_, 0, true);
    scnn::run_until_idle(barrier_.done, {detailed_.get()});
    return barrier_.reports;
  }
  /// Segments with the cycles in which they were finished.
  [[nodiscard]] const std::vector<std::pair<std::int64_t, std::int64_t>>& released() const { return supply_.released; }
  [[nodiscard]] Counters counters() const {
    Counters all;
    fast_ ? fast_->add_counters(all) : detailed_->add_counters(all);
    return all;
  }
  [[nodiscard]] std::int64_t partial_sum(std::int64_t address) const {
    const std::int64_t outputs = pass_.geometry.tiles.front().accumulator.size();
    std::vector<std::int64_t> sums(static_cast<std::size_t>((address / outputs + 1) * outputs));
    fast_ ? fast_->read_partial_sums(0, sums) : detailed_->read_partial_sums(sums);
    return sums[static_cast<std::size_t>(address)];
  }

 private:
  static Parameters one_pe(Parameters parameters) {
    parameters.rows = parameters.columns = 1;
    return parameters;
  }

  std::vector<GroupReport> run_fast(std::span<const Arrival> arrivals, const std::vector<std::int64_t>& releases) {
    std::vector<GroupReport> reports;
    fast_->begin_pass(pass_, 0, true);
    for (std::size_t g = 0; g < releases.size(); ++g) {
      const scnn::GroupSegments& group = pass_.group_segments[g];
      std::vector<std::int64_t> finishes(static_cast<std::size_t>(group.end - group.begin));
      fast_->begin_group(releases[g]);
      fast_->take(group.begin, arrivals.subspan(static_cast<std::size_t>(group.begin), finishes.size()), finishes);
      const scnn::ArrayReport report = fast_->end_group(g);
      const scnn::PeCycles& cycles = report.cycles;
      EXPECT_EQ(cycles.barrier, 0);
      reports.push_back({report.finished, cycles.issue, cycles.conflict, cycles.supply, cycles.fifo, cycles.flush});
      for (std::size_t i = 0; i < finishes.size(); ++i) {
        supply_.released.emplace_back(group.begin + static_cast<std::int64_t>(i), finishes[i]);
      }
    }
    return reports;
  }

  scnn::CompressedPass pass_;
  scnn::test::StubSupply supply_;
  scnn::test::StubBarrier barrier_;
  std::unique_ptr<scnn::QueueingElements> fast_;
  std::unique_ptr<ProcessingElement> detailed_;
};

/// F and I of one, unless the test says otherwise; a latency that is easy to tell from other numbers.
Parameters machine(std::int64_t width = 1) {
  Parameters parameters;
  parameters.weights_per_cycle = parameters.activations_per_cycle = width;
  parameters.pipeline_latency = 100;
  return parameters;
}

/// Elements that all meet in output (0, 0).
std::vector<Activation> activations(int count) {
  return std::vector<Activation>(static_cast<std::size_t>(count), {0, 0, 1});
}
/// Elements side by side, so that each has an output of its own.
std::vector<Activation> row_of_activations(int count) {
  std::vector<Activation> row;
  for (int i = 0; i < count; ++i) row.push_back({0, i, 1});
  return row;
}
std::vector<Weight> weights(int count) {
  return std::vector<Weight>(static_cast<std::size_t>(count), {0, 0, 0, 1});
}

/// A group with one segment.
PassBuilder single(const Parameters& parameters, int activation_count, int weight_count) {
  PassBuilder builder(parameters);
  builder.segment(builder.stream(activations(activation_count)), weights(weight_count));
  builder.end_group();
  return builder;
}

/// complete, issue, conflict, supply, fifo, flush
using Report = std::array<std::int64_t, 6>;
Report report_of(const GroupReport& r) {
  return {r.complete, r.issue, r.conflict, r.supply, r.fifo, r.flush};
}

/// Either way the same.
class ProcessingElementTest : public scnn::test::Bench, public ::testing::WithParamInterface<Evaluation> {};

INSTANTIATE_TEST_SUITE_P(Evaluations, ProcessingElementTest, ::testing::Values(Evaluation::fast, Evaluation::detailed),
                         [](const auto& test) { return test.param == Evaluation::fast ? "fast" : "detailed"; });

// One product: issued at 7, in the queue at 8, retired at 9, so done at 10 and the latency.
TEST_P(ProcessingElementTest, FinishesOneProduct) {
  OnePe bench(machine(), single(machine(), 1, 1), GetParam());
  const auto reports = bench.run({{7, 7}});
  EXPECT_EQ(report_of(reports.at(0)), (Report{110, 1, 0, 7, 0, 102}));
  EXPECT_EQ(bench.released(), (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 8}}));
  EXPECT_EQ(bench.partial_sum(0), 1);
}

// Does it issue one pair of vectors a cycle, also the partial ones: finish = start + vectors x entries?
TEST_P(ProcessingElementTest, IssuesOnePairOfVectorsACycle) {
  Parameters parameters = machine(4);
  parameters.accumulator_banks = 1;
  parameters.bank_queue = 1000;  // nothing ever waits in a lane
  PassBuilder builder(parameters, {{0, 1}, {0, 9}});
  builder.segment(builder.stream(row_of_activations(9)), weights(6));
  builder.end_group();
  OnePe bench(parameters, builder, GetParam());
  const auto reports = bench.run({{5, 5}});
  // 3 activation vectors by 2 entries; 54 products leave the one bank in cycles 7 to 60.
  EXPECT_EQ(report_of(reports.at(0)), (Report{61 + 100, 6, 0, 5, 0, 61 + 100 - 11}));
  EXPECT_EQ(bench.released().front().second, 11);
  for (int output = 0; output < 9; ++output) EXPECT_EQ(bench.partial_sum(output), 6);
  const Counters c = bench.counters();
  EXPECT_EQ(c.issues, 6);
  EXPECT_EQ(c.multiplier_slots, 6 * 16);
  EXPECT_EQ(c.products, 54);
  EXPECT_EQ(c.crossbar_transfers, 54);
  EXPECT_EQ(c.accumulator_references, 54);
}

// Sixteen products of every issue for one bank with a queue of q: the second issue comes after 1 + 16 - q cycles, when
// the last lane has moved, each later one after 16 more; the bank is busy from the second cycle on.
TEST_P(ProcessingElementTest, StallsWhenLanesAreFull) {
  for (const std::int64_t q : {1, 4, 8, 16}) {
    for (const int issues : {1, 2, 5}) {
      const scnn::Kernel kernel;
      const scnn::Kernel::Use use(kernel);
      Parameters parameters = machine(4);
      parameters.accumulator_banks = 1;
      parameters.bank_queue = q;
      OnePe bench(parameters, single(parameters, 4, 4 * issues), GetParam());
      const auto reports = bench.run({{3, 3}});
      const std::int64_t last_issue = issues == 1 ? 0 : 1 + 16 - q + 16 * (issues - 2);
      const std::int64_t finish = 3 + last_issue + 1;
      const std::int64_t complete = 3 + 2 + 16 * issues + 100;
      EXPECT_EQ(report_of(reports.at(0)), (Report{complete, issues, last_issue + 1 - issues, 3, 0, complete - finish}))
          << q << ' ' << issues;
    }
  }
}

// Do products that still wait when the next segment starts hold it up, and do they drain while it is awaited?
TEST_P(ProcessingElementTest, EmptiesItsQueuesWhileItWaits) {
  Parameters parameters = machine(4);
  parameters.accumulator_banks = 1;  // a queue of 8: lanes are free again 9 cycles after an issue
  for (const auto& [arrival, conflicts] :
       std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 8}, {1, 8}, {5, 4}, {8, 1}, {9, 0}, {50, 0}}) {
    const scnn::Kernel kernel;
    const scnn::Kernel::Use use(kernel);
    PassBuilder builder(parameters);
    const int stream = builder.stream(activations(4));
    builder.segment(stream, weights(4));
    builder.segment(stream, weights(4));
    builder.end_group();
    OnePe bench(parameters, builder, GetParam());
    const GroupReport report = bench.run({{0, 0}, {arrival, arrival}}).at(0);
    EXPECT_EQ(report.conflict, conflicts) << arrival;
    EXPECT_EQ(report.supply, std::max<std::int64_t>(0, arrival - 1)) << arrival;
    const std::int64_t finish = std::max<std::int64_t>(9, arrival) + 1;
    EXPECT_EQ(bench.released().back().second, finish) << arrival;
    // 32 products one by one from cycle 2 on, or 16 of them after a pause.
    EXPECT_EQ(report.complete, std::max<std::int64_t>(34, arrival + 18) + 100) << arrival;
  }
}

// Is a segment without activations over when it starts, and issues nothing?
TEST_P(ProcessingElementTest, PassesOverSegmentsWithoutActivations) {
  PassBuilder builder(machine());
  const int none = builder.stream({});
  const int some = builder.stream(activations(2));
  builder.segment(none, weights(3));
  builder.segment(some, weights(1));
  builder.segment(none, weights(3));
  builder.end_group();
  OnePe bench(machine(), builder, GetParam());
  const auto reports = bench.run({{4, 4}, {5, 5}, {20, 20}});
  EXPECT_EQ(bench.released(), (std::vector<std::pair<std::int64_t, std::int64_t>>{{0, 4}, {1, 7}, {2, 20}}));
  // Waits for cycles 0 to 4 and 7 to 19; done at 20, when its products have long retired.
  EXPECT_EQ(report_of(reports.at(0)), (Report{120, 2, 0, 5 + 13, 0, 100}));
  const Counters c = bench.counters();
  EXPECT_EQ(c.iaram_vector_reads, 2);
  EXPECT_EQ(c.weight_fifo_reads, 2);
}

// What is want of bandwidth, and what is a FIFO that was full earlier?
TEST_P(ProcessingElementTest, TellsSupplyFromFifo) {
  const std::vector<std::pair<Arrival, Report>> cases{
      {{10, 4}, {113, 1, 0, 4, 6, 102}},    // bandwidth until 4, room until 10
      {{10, 10}, {113, 1, 0, 10, 0, 102}},  // bandwidth alone
      {{10, 0}, {113, 1, 0, 0, 10, 102}},   // room alone
      {{0, 0}, {103, 1, 0, 0, 0, 102}},     // there already
  };
  for (const auto& [arrival, expected] : cases) {
    const scnn::Kernel kernel;
    const scnn::Kernel::Use use(kernel);
    OnePe bench(machine(), single(machine(), 1, 1), GetParam());
    EXPECT_EQ(report_of(bench.run({arrival}).at(0)), expected) << arrival.cycle << ' ' << arrival.unhindered;
  }
}

// Does a group start at its release, with queues that are empty and sums of zero?
TEST_P(ProcessingElementTest, StartsEachGroupAtItsRelease) {
  PassBuilder builder(machine(), {{0, 1}, {0, 2}});
  const int stream = builder.stream(row_of_activations(2));
  builder.segment(stream, weights(1));
  builder.end_group();
  builder.end_group();  // a group without a segment
  builder.segment(stream, weights(2));
  builder.end_group();
  OnePe bench(machine(), builder, GetParam());
  const auto reports = bench.run({{1, 1}, {1, 1}}, {0, 200, 330});
  EXPECT_EQ(report_of(reports.at(0)), (Report{5 + 100, 2, 0, 1, 0, 102}));
  EXPECT_EQ(report_of(reports.at(1)), (Report{300, 0, 0, 0, 0, 100}));
  EXPECT_EQ(report_of(reports.at(2)), (Report{330 + 6 + 100, 4, 0, 0, 0, 102}));
  EXPECT_EQ(bench.partial_sum(0), 2);
  EXPECT_EQ(bench.partial_sum(1), 2);
}

// Which operand is read once and stays, and which is read for every issue?
TEST_P(ProcessingElementTest, ReadsTheStationaryOperandOnce) {
  for (const auto stationary : {scnn::Stationary::input, scnn::Stationary::weight}) {
    const scnn::Kernel kernel;
    const scnn::Kernel::Use use(kernel);
    Parameters parameters = machine(4);
    parameters.stationary = stationary;
    OnePe bench(parameters, single(parameters, 9, 6), GetParam());
    bench.run({{0, 0}});
    const Counters c = bench.counters();
    EXPECT_EQ(c.iaram_vector_reads, stationary == scnn::Stationary::input ? 3 : 6);
    EXPECT_EQ(c.weight_fifo_reads, stationary == scnn::Stationary::input ? 6 : 2);
  }
}

// Which of the two varies fastest? Seen by a bypass register: it hits where one address follows itself.
TEST_P(ProcessingElementTest, LetsTheOtherOperandStream) {
  for (const auto stationary : {scnn::Stationary::input, scnn::Stationary::weight}) {
    const scnn::Kernel kernel;
    const scnn::Kernel::Use use(kernel);
    Parameters parameters = machine();
    parameters.accumulator_banks = 1;
    parameters.bypass_registers = 1;
    parameters.stationary = stationary;
    // Two activations of different columns by three weights of one place.
    PassBuilder builder(parameters, {{0, 1}, {0, 2}});
    builder.segment(builder.stream({{0, 0, 1}, {0, 1, 10}}), weights(3));
    builder.end_group();
    OnePe bench(parameters, builder, GetParam());
    bench.run({{0, 0}});
    // Addresses 0 0 0 1 1 1, or 0 1 0 1 0 1.
    EXPECT_EQ(bench.counters().bypass_hits, stationary == scnn::Stationary::input ? 4 : 0);
    EXPECT_EQ(bench.partial_sum(0), 3);
    EXPECT_EQ(bench.partial_sum(1), 30);
  }
}

class MergingProcessingElementTest : public scnn::test::Bench {};

// Does merging take products of one address off the crossbar, so that nothing stalls?
TEST_F(MergingProcessingElementTest, MergesProductsOfOneIssue) {
  Parameters parameters = machine(4);
  parameters.accumulator_banks = 1;
  parameters.merge = true;
  ASSERT_FALSE(scnn::FastElements::applies(parameters));
  OnePe bench(parameters, single(parameters, 4, 20), Evaluation::detailed);
  const auto reports = bench.run({{0, 0}});
  EXPECT_EQ(report_of(reports.at(0)), (Report{5 + 2 + 100, 5, 0, 0, 0, 102}));
  const Counters c = bench.counters();
  EXPECT_EQ(c.products, 80);
  EXPECT_EQ(c.products_merged, 75);
  EXPECT_EQ(c.crossbar_transfers, 5);
  EXPECT_EQ(bench.partial_sum(0), 80);
}

}  // namespace processing_element_test
