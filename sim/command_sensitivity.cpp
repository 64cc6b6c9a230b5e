#include "sim/command_sensitivity.hpp"

#include <fmt/format.h>

#include <ostream>
#include <span>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "pruning/train/parameters.hpp"
#include "pruning/train/sensitivity.hpp"
#include "sim/status_line.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "sim/trained_network.hpp"

namespace sim {

void scan_sensitivity(const SensitivityOptions& options, std::ostream& out) {
  if (!(options.loss >= 0 && options.loss <= 1)) {
    throw pruning::InputError({.file = {}, .key = "--loss"}, fmt::format("must be from 0 to 1, got {}", options.loss));
  }
  pruning::check_writable(options.output);
  TrainedNetwork trained(options.network, options.lessons);
  const train::Parameters parameters = train::read_parameters(pruning::WeightsFile(options.weights), trained.network());

  TextTable table({{"layer", Align::left}, {"density"}, {"accuracy"}});
  std::string csv = "layer,density\n";
  {
    StatusLine status;
    train::sensitivities(trained.lessons(), trained.network(), trained.learner(), parameters, options.granularity,
                         options.loss, [&](const train::Sensitivity& found) {
                           status.show(fmt::format("{}: density {}", found.layer, number_text(found.density)));
                           table.add_row({found.layer, number_text(found.density), percent_text(found.accuracy)});
                           csv += fmt::format("{},{}\n", csv_cell(found.layer), number_text(found.density));
                         });
  }
  pruning::write_atomically(options.output, std::as_bytes(std::span(csv)));
  out << table.str();
}

}  // namespace sim
