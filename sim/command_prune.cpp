#include "sim/command_prune.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <ostream>
#include <string_view>
#include <system_error>
#include <utility>

#include "pruning/fixed_point.hpp"
#include "pruning/input_error.hpp"
#include "pruning/layer_streams.hpp"
#include "pruning/storage.hpp"
#include "sim/layer_profile.hpp"
#include "sim/text.hpp"
#include "sim/text_table.hpp"
#include "workloads/config_node.hpp"

namespace sim {
namespace {

/// Output channels of a weight stream, as many as the published machine takes at once.
constexpr int stream_output_channels = 8;

pruning::Location option(const std::string& name) {
  return {.file = {}, .key = name};
}

void check_range(const std::string& name, int value, int least, int most) {
  if (value < least || value > most) {
    throw pruning::InputError(option(name), fmt::format("must be from {} to {}, got {}", least, most, value));
  }
}

void check_layer(const pruning::WeightsFile& weights, const std::string& layer, const pruning::Location& where) {
  if (weights.find(layer) != nullptr) return;
  std::vector<std::string> known;
  for (const auto& entry : weights.layers()) known.push_back(entry.name);
  const std::string near = workloads::nearest(layer, known);
  throw pruning::InputError(where, fmt::format("{} has no layer '{}'{}", weights.path().filename().string(), layer,
                                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

/// @return whether all of `text` is a number from 0 to 1
bool parse_density(std::string_view text, double& density) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), density);
  return error == std::errc{} && end == text.data() + text.size() && density >= 0.0 && density <= 1.0;
}

/// `conv1_1=0.58,default=0.3`
std::vector<ProfileRow> parse_list(const std::string& text) {
  std::vector<ProfileRow> rows;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    const std::size_t equals = item.rfind('=');
    ProfileRow row{std::string(item.substr(0, equals)), 1.0, option("--density")};
    if (equals == std::string_view::npos || row.layer.empty() || !parse_density(item.substr(equals + 1), row.value)) {
      throw pruning::InputError(row.location,
                                fmt::format("must be LAYER=DENSITY with a density from 0 to 1, got '{}'", item));
    }
    if (std::any_of(rows.begin(), rows.end(), [&](const ProfileRow& r) { return r.layer == row.layer; })) {
      throw pruning::InputError(row.location, fmt::format("gives layer '{}' twice", row.layer));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Placeholders in the weight streams of a layer. The file does not tell the stride: one phase is assumed.
std::int64_t placeholders_of(const pruning::Mask& mask, const pruning::Tensor<float>& pruned, int index_bits) {
  const auto extent = [&pruned](std::size_t axis) {
    return axis < pruned.shape.size() ? static_cast<int>(pruned.shape[axis]) : 1;
  };
  pruning::ConvolutionShape shape;
  shape.K = extent(0);
  shape.C = extent(1);
  shape.R = extent(2);
  shape.S = extent(3);
  std::vector<std::uint8_t> kept(pruned.values.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = mask.keeps(static_cast<std::int64_t>(i)) ? 1 : 0;
  const std::vector<std::int16_t> values = pruning::quantise(pruned).tensor.values;
  const pruning::WeightEncoder encoder(shape, stream_output_channels, mask.granularity, index_bits);
  std::int64_t placeholders = 0;
  for (int k = 0; k < shape.K; k += stream_output_channels) {
    const pruning::Range filters{k, std::min(shape.K, k + stream_output_channels)};
    for (int c = 0; c < shape.C; ++c) {
      encoder.encode(values, kept, filters, c, {0, 0},
                     [&](const pruning::StreamElement& element) { placeholders += element.placeholder ? 1 : 0; });
    }
  }
  return placeholders;
}

/// What is printed of a layer, or of all.
struct Line {
  pruning::StorageSize storage;
  pruning::RowOccupancy rows;
  std::int64_t nonzero = 0;
  std::int64_t grains = 0;
  std::int64_t placeholders = 0;

  Line& operator+=(const Line& other) {
    storage += other.storage;
    rows += other.rows;
    nonzero += other.nonzero;
    grains += other.grains;
    placeholders += other.placeholders;
    return *this;
  }
};

std::vector<std::string> cells(const std::string& name, std::string_view granularity, const Line& line) {
  const double density =
      line.storage.weights == 0 ? 0.0 : static_cast<double>(line.nonzero) / static_cast<double>(line.storage.weights);
  return {name,
          std::string(granularity),
          count_text(line.storage.weights),
          percent_text(density),
          count_text(line.storage.kept_grains),
          count_text(line.grains),
          count_text(line.rows.non_empty),
          percent_text(line.rows.share()),
          count_text(line.placeholders),
          percent_text(line.storage.ratio())};
}

}  // namespace

PruningChoice pruning_choice(const PruneOptions& options, const pruning::WeightsFile& weights) {
  PruningChoice choice;
  choice.granularity = options.granularity;
  choice.weight_bits = options.weight_bits;
  choice.index_bits = options.index_bits;
  for (const std::string& layer : options.exempt) {
    check_layer(weights, layer, option("--exempt"));
    choice.exempt.insert(layer);
  }

  if (options.granularity == pruning::Granularity::none) return choice;
  if (parse_density(options.density, choice.density)) return choice;
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(options.density, error);
  if (!is_file && options.density.find('=') == std::string::npos) {
    throw pruning::InputError(
        option("--density"),
        fmt::format("must be a number from 0 to 1, LAYER=DENSITY,... or a CSV file, got '{}'", options.density));
  }
  choice.density = 1.0;
  for (const ProfileRow& row : is_file ? read_layer_profile(options.density, profile_columns::weight_density, 0, 1)
                                       : parse_list(options.density)) {
    if (row.layer == "default") {
      choice.density = row.value;
    } else {
      check_layer(weights, row.layer, row.location);
      choice.densities[row.layer] = row.value;
    }
  }
  return choice;
}

void check_output(const PruneOptions& options) {
  std::error_code error;
  if (std::filesystem::equivalent(options.weights, options.output, error)) {
    throw pruning::InputError({.file = options.output.string(), .key = {}},
                              "is the weights file itself; the pruned weights need a file of their own");
  }
}

void prune(const PruneOptions& options, std::ostream& out) {
  check_range("--weight-bits", options.weight_bits, 1, 32);
  check_range("--index-bits", options.index_bits, 0, 32);
  check_range("--stream-index-bits", options.stream_index_bits, 1, 8);
  const pruning::WeightsFile weights(options.weights);
  const PruningChoice choice = pruning_choice(options, weights);
  check_output(options);

  TextTable table({{"layer", Align::left},
                   {"grain", Align::left},
                   {"weights"},
                   {"density"},
                   {"kept grains"},
                   {"of"},
                   {"non-empty rows"},
                   {"share"},
                   {"placeholders"},
                   {"storage"}});
  std::map<std::string, pruning::Mask> masks;
  Line total;
  for (const auto& entry : weights.layers()) {
    const pruning::Granularity granularity = choice.granularity_of(entry.name);
    pruning::Tensor<float> filters = weights.read(entry.name).weights;
    pruning::Mask mask = pruning::select_grains(filters, granularity, choice.density_of(entry.name));
    const pruning::Tensor<float> pruned = pruning::apply(mask, std::move(filters));
    const Line line{pruning::storage_of(mask, pruned, choice.weight_bits, choice.index_bits),
                    pruning::row_occupancy(pruned), pruning::nonzero_count(pruned), mask.grains(),
                    placeholders_of(mask, pruned, options.stream_index_bits)};
    table.add_row(cells(entry.name, name_of(granularity), line));
    total += line;
    if (granularity != pruning::Granularity::none) masks.emplace(entry.name, std::move(mask));
  }
  table.add_rule();
  table.add_row(cells("total", {}, total));

  pruning::write_pruned(weights, options.output, masks);
  out << fmt::format("{}: {} layers ({}), pruned into {}\n\n", options.weights.filename().string(),
                     weights.layers().size(), name_of(weights.layout()), options.output.filename().string())
      << table.str()
      << fmt::format(
             "\nStorage: {}-bit weights and a {}-bit index per kept grain, relative to dense {}-bit weights.\n"
             "Placeholders: in streams of {} output channels and one input channel with {}-bit indices, at "
             "stride 1; not part of the storage.\n",
             options.weight_bits, options.index_bits, options.weight_bits, stream_output_channels,
             options.stream_index_bits);
}

}  // namespace sim
