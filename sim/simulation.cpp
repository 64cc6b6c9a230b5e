#include "sim/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>

#include "sim/forward_pass.hpp"
#include "sim/job_pool.hpp"
#include "sim/job_results.hpp"
#include "sim/layer_fits.hpp"
#include "sim/placement.hpp"

namespace sim {

namespace {

class Simulation {
 public:
  /// @param evaluator of the run's tensors, or of those that it shares: then the same as `tensors` has
  Simulation(const RunFile& run, LayerEvaluator& evaluator, SharedTensors* tensors, std::int64_t processes,
             const ProgressListener& listener, JobJournal* journal)
      : run_(run),
        listener_(listener),
        journal_(journal),
        evaluator_(evaluator),
        tensors_(tensors),
        network_(evaluator_.network()),
        images_(evaluator_.activations().images()),
        groups_(activation_groups(network_)),
        first_job_(network_.layers.size()),
        in_order_(processes == 1),
        pool_(processes, [this](std::size_t job, const std::string& result) { finish(job, job_result_of(result)); }) {
    for (const Machine machine : run.machines) fits_.emplace_back(evaluator_, machine, run.accelerator);
    for (const std::string& name : run.layers) {
      const auto layer = static_cast<std::size_t>(network_.find(name));
      first_job_[layer] = jobs_.size();
      for (std::size_t image = 0; image < images_; ++image) {
        jobs_.push_back({layer, image, {}, std::vector<ActivationPlaces>(run.machines.size())});
      }
    }
  }

  Results run() {
    take_up();
    do_jobs();
    pool_.wait_for_all();
    place();

    Results results = results_of(run_, network_, jobs_);
    results.images = static_cast<int>(images_);
    results.classification = std::move(classification_);
    return results;
  }

  /// Everything but the machine.
  void evaluate_only() {
    with_machine_ = false;
    do_jobs();
  }

 private:
  void do_jobs() {
    const Demand demand = this->demand();
    if (demand.any_output()) {
      carry_forward(demand);
    } else {
      run_independent_jobs();
    }
  }

  /// Whether activations go from one machine to the other, which they do through DRAM.
  [[nodiscard]] bool is_between_machines(const ActivationGroup& group) const {
    if (!run_.by_layer_type && run_.machines.front() != Machine::eie) return false;
    const auto is_linear = [&](const Border& border) {
      return network_.layers[border.layer].type == workloads::LayerType::linear;
    };
    const auto linear = std::count_if(group.borders.begin(), group.borders.end(), is_linear);
    return linear != 0 && linear != std::ssize(group.borders);
  }

  [[nodiscard]] bool is_simulated(std::size_t layer) const { return first_job_[layer].has_value(); }
  [[nodiscard]] LayerJob& job_of(std::size_t layer, std::size_t image) { return jobs_[*first_job_[layer] + image]; }

  /// Jobs that were finished before an interruption.
  void take_up() {
    progress_.all = jobs_.size();
    for (const LayerJob& job : jobs_) expected_ += expected_work(run_, network_.layers[job.layer]);
    if (journal_ != nullptr) {
      if (journal_->is_of_another_run()) progress_.other_journal = journal_->file().string();
      for (const auto& [number, result] : journal_->finished()) {
        // The waveform is still to be written.
        if (is_traced(run_, network_.layers[jobs_.at(number).layer], jobs_[number].image)) continue;
        note(number, result);
        ++progress_.taken_up;
      }
    }
    if (listener_) listener_(progress_);
  }

  void finish(std::size_t number, const JobResult& result) {
    if (journal_ != nullptr) journal_->add(number, result);
    note(number, result);
    progress_.layer = network_.layers[jobs_[number].layer].name;
    if (listener_) listener_(progress_);
  }

  void note(std::size_t number, const JobResult& result) {
    LayerJob& job = jobs_[number];
    job.result = result;
    for (std::size_t i = 0; i < run_.machines.size(); ++i) {
      if (!run_.runs_on(network_.layers[job.layer], i)) continue;
      const MachineResult& one = result.machines[i];
      fits_[i].learn(job.layer, job.image, {one.input_can_stay, one.output_can_stay});
      progress_.cycles += one.cycles;
      progress_.products += products_of(run_.machines[i], one);
    }
    ++progress_.finished;
    progress_.machine_seconds += result.machine_seconds;
    if (expected_ > 0) progress_.share += expected_work(run_, network_.layers[job.layer]) / expected_;
  }

  /// What must be known of the layers' values, beyond the inputs that they have of their own.
  Demand demand() {
    Demand demand{std::vector<bool>(network_.layers.size()), std::vector<bool>(network_.layers.size())};
    for (const LayerJob& job : jobs_) {
      if (!job.result) demand.inputs[job.layer] = true;
    }
    if (evaluator_.activations().carries_images_through()) demand.outputs.back() = true;
    for (const ActivationGroup& group : groups_) {
      const bool crosses =
          std::any_of(group.borders.begin(), group.borders.end(), [](const Border& b) { return b.outside; });
      if (crosses || !touches_simulated(group)) continue;
      for (const auto& [layer, side, outside] : group.borders) {
        if (is_simulated(layer) || all_know(layer, side)) continue;
        if (evaluator_.activations().has_input(network_.layers[layer])) continue;  // can be found out at any time
        (side == Border::Side::input ? demand.inputs : demand.outputs)[layer] = true;
      }
    }
    demand.complete(evaluator_);
    return demand;
  }

  [[nodiscard]] bool all_know(std::size_t layer, Border::Side side) const {
    for (std::size_t i = 0; i < fits_.size(); ++i) {
      if (run_.runs_on(network_.layers[layer], i) && !fits_[i].known(layer, 0).at(side)) return false;
    }
    return true;
  }

  [[nodiscard]] bool touches_simulated(const ActivationGroup& group) const {
    return std::any_of(group.borders.begin(), group.borders.end(),
                       [&](const Border& border) { return is_simulated(border.layer); });
  }

  using Evaluated = std::shared_ptr<const EvaluatedLayer>;

  /// @param evaluated evaluates the layer, unless that is done; called where it is to be simulated
  JobPool::NamedJob job(std::size_t layer, std::size_t image, std::function<Evaluated()> evaluated) {
    // Before the first process is started, which then has it.
    if (!models_) models_ = std::make_unique<MachineModels>(run_);
    return {*first_job_[layer] + image, "layer " + network_.layers[layer].name,
            [this, layer, image, evaluated = std::move(evaluated)] {
              return bytes_of(simulate_layer(*models_, run_, evaluator_, layer, image, *evaluated()));
            }};
  }

  void start(std::size_t layer, std::size_t image, const std::function<Evaluated()>& evaluated) {
    if (with_machine_) {
      pool_.start(job(layer, image, evaluated));
    } else {
      evaluated();
    }
  }

  [[nodiscard]] Evaluated evaluate(std::size_t layer, std::size_t image,
                                   const std::function<pruning::Tensor<float>()>& input) {
    if (tensors_ != nullptr) return tensors_->evaluate(layer, image, input);
    return std::make_shared<const EvaluatedLayer>(evaluator_.evaluate(layer, input()));
  }

  /// In the network's order, or, with several processes, the largest first, so that none is left with a large one at
  /// the end.
  void run_independent_jobs() {
    std::vector<std::size_t> order(jobs_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto work = [&](std::size_t job) { return expected_work(run_, network_.layers[jobs_[job].layer]); };
    if (!in_order_) {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return work(a) > work(b); });
    }
    std::vector<JobPool::NamedJob> jobs;
    for (const std::size_t number : order) {
      if (jobs_[number].result) continue;
      const std::size_t layer = jobs_[number].layer;
      const std::size_t image = jobs_[number].image;
      const auto evaluated = [this, layer, image] {
        return evaluate(layer, image, [&] { return evaluator_.activations().input(network_.layers[layer], image); });
      };
      if (with_machine_) {
        jobs.push_back(job(layer, image, evaluated));
      } else {
        evaluated();
      }
    }
    pool_.start_all(std::move(jobs));
  }

  /// Layer by layer, in this process; the machine is simulated in others, if there are.
  void carry_forward(const Demand& demand) {
    ForwardPass forward(evaluator_, demand);
    for (std::size_t layer = 0; layer < network_.layers.size(); ++layer) {
      if (!demand.inputs[layer]) continue;
      for (std::size_t image = 0; image < images_; ++image) {
        const auto input = [&] { return forward.input(layer, image); };
        if (!network_.layers[layer].on_accelerator()) {
          forward.apply(layer, image);
        } else if (demand.outputs[layer]) {
          pool_.make_room();
          Evaluated evaluated = evaluate(layer, image, input);
          forward.put(layer, image, evaluated->output());
          if (!is_simulated(layer)) {
            for (LayerFits& fits : fits_) fits.learn_from(layer, image, *evaluated);
          } else if (!job_of(layer, image).result) {
            start(layer, image, [&] { return evaluated; });
          }
        } else if (!is_simulated(layer)) {
          for (LayerFits& fits : fits_) fits.learn_from_input(layer, image, input());
        } else if (!job_of(layer, image).result) {
          start(layer, image, [&] { return evaluate(layer, image, input); });
        }
      }
      forward.release(layer);
    }
    if (evaluator_.activations().carries_images_through()) classification_ = classify(forward);
  }

  [[nodiscard]] Classification classify(const ForwardPass& forward) const {
    Classification classification;
    for (std::size_t image = 0; image < images_; ++image) {
      classification.best.push_back(best_classes(forward.result(image).values));
    }
    classification.labels = evaluator_.activations().labels();
    return classification;
  }

  /// Counts the activations that cross DRAM.
  void place() {
    const auto machine_of = [&](std::size_t layer) { return run_.runs_on(network_.layers[layer], 0) ? 0U : 1U; };
    if (run_.by_layer_type) return place(machine_of);
    for (std::size_t i = 0; i < run_.machines.size(); ++i) place([i](std::size_t /*layer*/) { return i; });
  }

  /// @param machine_of a layer, as a position in the run's machines
  template <class MachineOf>
  void place(const MachineOf& machine_of) {
    // The oracle moves nothing.
    const auto is_placed = [&](const Border& border) {
      return is_simulated(border.layer) && run_.machines[machine_of(border.layer)] != Machine::scnn_oracle;
    };
    for (const ActivationGroup& group : groups_) {
      if (std::none_of(group.borders.begin(), group.borders.end(), is_placed)) continue;
      const bool between = is_between_machines(group);
      for (std::size_t image = 0; image < images_; ++image) {
        const auto fits = [&](const Border& border, Effort effort) {
          return fits_[machine_of(border.layer)].ask(border, image, effort);
        };
        const std::optional<Border> cause = between ? group.borders.front() : cause_of_traffic(group, fits);
        for (const Border& border : group.borders) {
          if (!is_placed(border)) continue;
          const std::size_t machine = machine_of(border.layer);
          LayerJob& job = job_of(border.layer, image);
          if (cause) cross_dram(job.result->machines[machine], border.side);
          const bool input = border.side == Border::Side::input;
          ActivationPlaces& places = job.places[machine];
          std::string& place = input ? places.input : places.output;
          const Mapping& mapping = job.result->machines[machine].mapping;
          if (!cause) {
            place = "on chip";
          } else if (!border.outside && mapping.temporal_rows * mapping.temporal_columns > 1) {
            place = fmt::format("in {} x {} temporal tiles", mapping.temporal_rows, mapping.temporal_columns);
          } else if (!border.outside && between) {
            place = input ? "from another machine" : "to another machine";
          } else {
            place = reason_of_traffic(network_, border, *cause, fits(border, Effort::none));
          }
        }
      }
    }
  }

  static void cross_dram(MachineResult& result, Border::Side side) {
    if (side == Border::Side::input) {
      result.counters.dram_activation_bytes_read = result.input_bytes;
      result.dense_counters.dram_activation_bytes_read = result.input_bytes;
      result.eie_counters.dram_activation_bytes_read = result.input_bytes;
      result.dense_counters.activation_bytes_filled = result.uncompressed_input_bytes;
    } else {
      result.counters.dram_activation_bytes_written = result.output_bytes;
      result.dense_counters.dram_activation_bytes_written = result.output_bytes;
      result.eie_counters.dram_activation_bytes_written = result.output_bytes;
      result.dense_counters.activation_bytes_spilled = result.uncompressed_output_bytes;
    }
  }

  const RunFile& run_;
  const ProgressListener& listener_;
  JobJournal* journal_;
  LayerEvaluator& evaluator_;
  SharedTensors* tensors_;
  const workloads::Network& network_;
  std::size_t images_;
  std::vector<LayerFits> fits_;  ///< by machine
  std::vector<ActivationGroup> groups_;
  std::vector<LayerJob> jobs_;                         ///< in the network's order, image by image
  std::vector<std::optional<std::size_t>> first_job_;  ///< by layer; nothing for layers that are not simulated
  std::unique_ptr<MachineModels> models_;
  std::optional<Classification> classification_;
  Progress progress_;
  double expected_ = 0;
  bool in_order_;
  bool with_machine_ = true;
  JobPool pool_;
};

}  // namespace

Results simulate(const RunFile& run, std::int64_t processes, const ProgressListener& listener, JobJournal* journal) {
  LayerEvaluator evaluator(run);
  return Simulation(run, evaluator, nullptr, processes, listener, journal).run();
}

Results simulate(const RunFile& run, SharedTensors& tensors) {
  return Simulation(run, tensors.evaluator(), &tensors, 1, {}, nullptr).run();
}

void evaluate(const RunFile& run, SharedTensors& tensors) {
  Simulation(run, tensors.evaluator(), &tensors, 1, {}, nullptr).evaluate_only();
}

}  // namespace sim
