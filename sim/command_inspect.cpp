#include "sim/command_inspect.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "pruning/hdf5_file.hpp"
#include "pruning/storage.hpp"
#include "pruning/weights_file.hpp"
#include "pruning/weights_index.hpp"
#include "sim/results_json.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"

namespace sim {
namespace {

double share_of(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

void print_weights(const pruning::WeightsFile& weights, std::ostream& out) {
  TextTable table({{"layer", Align::left},
                   {"shape", Align::left},
                   {"weights"},
                   {"density"},
                   {"non-empty rows"},
                   {"share"},
                   {"bias", Align::left},
                   {"mask", Align::left}});
  std::int64_t total = 0;
  std::int64_t total_nonzero = 0;
  pruning::RowOccupancy total_rows;
  for (const auto& entry : weights.layers()) {
    const pruning::Tensor<float> filters = weights.read(entry.name).weights;
    const pruning::RowOccupancy rows = pruning::row_occupancy(filters);
    const std::int64_t nonzero = pruning::nonzero_count(filters);
    table.add_row({entry.name, pruning::text_of(entry.shape), count_text(filters.size()),
                   percent_text(share_of(nonzero, filters.size())), count_text(rows.non_empty),
                   percent_text(rows.share()), entry.has_bias ? "yes" : "no", entry.has_mask ? "yes" : "no"});
    total += filters.size();
    total_nonzero += nonzero;
    total_rows += rows;
  }
  table.add_rule();
  table.add_row({"total", "", count_text(total), percent_text(share_of(total_nonzero, total)),
                 count_text(total_rows.non_empty), percent_text(total_rows.share()), "", ""});
  out << fmt::format("{}: weights, {} layout\n\n", weights.path().filename().string(), name_of(weights.layout()))
      << table.str();
  if (!weights.batch_norms().empty()) {
    out << fmt::format("\nBatch normalisations: {}\n", fmt::join(weights.batch_norms(), ", "));
  }
  for (const auto& [name, reason] : weights.unsupported()) out << fmt::format("\nNot usable: {}: {}\n", name, reason);
}

bool holds_activations(const pruning::Hdf5File& file) {
  return std::any_of(file.data_sets().begin(), file.data_sets().end(), [](const auto& set) {
    return (set.path.ends_with("/input") || set.path.ends_with("/output")) && set.holds_numbers();
  });
}

void print_activations(const pruning::Hdf5File& file, std::ostream& out) {
  TextTable table({{"tensor", Align::left}, {"shape", Align::left}, {"values"}, {"density"}, {"least"}, {"greatest"}});
  std::string labels;
  for (const auto& set : file.data_sets()) {
    if (!set.holds_numbers()) continue;
    if (set.path == "labels" && set.holds_integers()) {
      labels = fmt::format("\nLabels: {}\n", fmt::join(file.read_integers(set.path).values, ", "));
      continue;
    }
    const pruning::Tensor<float> tensor = file.read_finite(set.path);
    if (tensor.values.empty()) {
      table.add_row({set.path, pruning::text_of(set.shape), "0", "", "", ""});
      continue;
    }
    const auto [least, greatest] = std::minmax_element(tensor.values.begin(), tensor.values.end());
    table.add_row({set.path, pruning::text_of(set.shape), count_text(tensor.size()),
                   percent_text(share_of(pruning::nonzero_count(tensor), tensor.size())), fmt::format("{:.6g}", *least),
                   fmt::format("{:.6g}", *greatest)});
  }
  out << fmt::format("{}: activations\n\n", file.path().filename().string()) << table.str() << labels;
}

void print_results(const pruning::Hdf5File& file, std::ostream& out) {
  TextTable table({{"data set", Align::left}, {"type", Align::left}, {"shape", Align::left}, {"columns"}});
  for (const auto& set : file.data_sets()) {
    table.add_row({set.path, set.type, pruning::text_of(set.shape),
                   set.columns.empty() ? "" : count_text(static_cast<std::int64_t>(set.columns.size()))});
  }
  out << fmt::format("{}: results of a run, schema {}\n\n", file.path().filename().string(), results_schema)
      << table.str();
  for (const auto& set : file.data_sets()) {
    if (!set.columns.empty()) out << fmt::format("\n{}: {}\n", set.path, fmt::join(set.columns, ", "));
  }
}

}  // namespace

void inspect(const std::filesystem::path& path, std::ostream& out) {
  const pruning::Hdf5File file(path);
  if (const auto schema = file.string_attribute("", "schema"); schema && !schema->empty()) {
    if (schema->front() != results_schema) {
      file.fail("@schema", fmt::format("is '{}'; this program knows '{}'", schema->front(), results_schema));
    }
    print_results(file, out);
  } else if (pruning::recognise_layout(file)) {
    print_weights(pruning::WeightsFile(path), out);
  } else if (holds_activations(file)) {
    print_activations(file, out);
  } else {
    file.fail({}, fmt::format("holds neither weights ({}) nor activations (data sets LAYER/input or LAYER/output) nor "
                              "results (root attribute schema); {}",
                              pruning::known_layouts(), pruning::summary(file)));
  }
}

}  // namespace sim
