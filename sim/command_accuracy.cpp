#include "sim/command_accuracy.hpp"

#include <fmt/format.h>

#include <ostream>
#include <span>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "pruning/train/parameters.hpp"
#include "pruning/train/shared_parameters.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "sim/trained_network.hpp"

namespace sim {

void measure_accuracy(const AccuracyOptions& options, std::ostream& out) {
  for (const int bits : options.bits) {
    if ((bits < 1 || bits > 8) && bits != 16) {
      throw pruning::InputError({.file = {}, .key = "--bits"}, fmt::format("must be 1 to 8 or 16, got {}", bits));
    }
  }
  if (!options.output.empty()) pruning::check_writable(options.output);
  TrainedNetwork trained(options.network, options.lessons);
  const train::Parameters parameters = train::read_parameters(pruning::WeightsFile(options.weights), trained.network());

  TextTable table({{"bits of a weight"}, {"density"}, {"accuracy"}});
  std::string csv = "bits,density,accuracy\n";
  const auto measure = [&](const std::string& name, const train::Parameters& tested) {
    trained.learner().set({tested, {}, {}, 0}, {});
    const double accuracy = train::test_accuracy(trained.lessons(), trained.network(), trained.learner());
    const double density = train::weight_density(trained.network(), tested);
    table.add_row({name, percent_text(density), fmt::format("{:.2f}%", 100 * accuracy)});
    csv += fmt::format("{},{},{}\n", name, number_text(density), number_text(accuracy));
  };
  measure("float", parameters);
  for (const int bits : options.bits) {
    measure(std::to_string(bits), train::in_bits(parameters, trained.network(), bits));
  }
  if (!options.output.empty()) pruning::write_atomically(options.output, std::as_bytes(std::span(csv)));
  out << table.str();
}

}  // namespace sim
