#include "sim/command_storage.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <ostream>
#include <span>
#include <string>
#include <variant>

#include "pruning/atomic_file.hpp"
#include "pruning/storage.hpp"
#include "sim/layer_weights.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "workloads/synthetic.hpp"

namespace sim {
namespace {

/// What is left of a layer, or of several.
struct Line {
  pruning::StorageSize size;
  std::int64_t macs = 0;
  std::optional<std::int64_t> nonzero_macs = 0;

  Line& operator+=(const Line& other) {
    size += other.size;
    macs += other.macs;
    nonzero_macs =
        nonzero_macs && other.nonzero_macs ? std::optional(*nonzero_macs + *other.nonzero_macs) : std::nullopt;
    return *this;
  }
};

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

Line line_of(const RunFile& run, const workloads::Layer& layer) {
  const PruningChoice& choice = run.pruning;
  Line line;
  line.size = pruning::storage_of(filter_shape(layer), choice.granularity_of(layer.name), choice.density_of(layer.name),
                                  choice.weight_bits, choice.index_bits);
  line.macs = layer.convolution.macs();
  const auto* activations = std::get_if<workloads::SyntheticActivations>(&run.activations);
  line.nonzero_macs.reset();
  if (activations != nullptr) {
    const double share = share_of(line.size.kept_weights, line.size.weights) * activations->density.of(layer.name);
    line.nonzero_macs = std::llround(static_cast<double>(line.macs) * share);
  }
  return line;
}

std::vector<std::string> cells(const std::string& name, std::string_view granularity, const Line& line) {
  return {name,
          std::string(granularity),
          count_text(line.size.weights),
          percent_text(share_of(line.size.kept_weights, line.size.weights)),
          count_text(line.size.kept_grains),
          percent_text(line.size.ratio()),
          count_text(line.macs),
          line.nonzero_macs ? percent_text(share_of(*line.nonzero_macs, line.macs)) : "-"};
}

}  // namespace

void storage(const StorageCommand& command, std::ostream& out) {
  pruning::check_writable(command.output);
  const RunFile run = read_run_file(command.file, command.options);

  TextTable table({{"layer", Align::left},
                   {"grain", Align::left},
                   {"weights"},
                   {"density"},
                   {"kept grains"},
                   {"storage"},
                   {"MACs"},
                   {"non-zero"}});
  std::string text =
      "layer,type,granularity,weights,kept_weights,kept_grains,weight_bits,index_bits,dense_bits,macs,nonzero_macs\n";
  Line total;
  for (const std::string& name : run.layers) {
    const workloads::Layer& layer = workloads::layer_named(run.network, name, {});
    const std::string_view granularity = pruning::name_of(run.pruning.granularity_of(name));
    const Line line = line_of(run, layer);
    const pruning::StorageSize& size = line.size;
    text +=
        fmt::format("{},{},{},{},{},{},{},{},{},{},{}\n", csv_cell(name), workloads::name_of(layer.type), granularity,
                    size.weights, size.kept_weights, size.kept_grains, size.weight_bits, size.index_bits,
                    size.dense_bits, line.macs, line.nonzero_macs ? fmt::format("{}", *line.nonzero_macs) : "");
    table.add_row(cells(name, granularity, line));
    total += line;
  }
  table.add_rule();
  table.add_row(cells("total", {}, total));

  pruning::write_atomically(command.output, std::as_bytes(std::span(text)));
  out << fmt::format("{}: storage of the pruned weights, from shapes and densities\n\n",
                     command.output.filename().string())
      << table.str()
      << fmt::format("\nStorage: {}-bit weights and a {}-bit index per kept grain, relative to dense {}-bit weights.\n",
                     run.pruning.weight_bits, run.pruning.index_bits, run.pruning.weight_bits);
}

}  // namespace sim
