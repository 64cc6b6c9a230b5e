#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "pruning/hdf5_writer.hpp"
#include "sim/figure_column.hpp"
#include "sim/results.hpp"

namespace sim {

/// results.h5: root attribute `schema`; `/layers/table`, one row per layer and one named column per figure
/// (layer_columns.hpp; NaN: not checked, not defined or not counted by the machine), which pandas takes as
/// `pandas.DataFrame(file["layers/table"][:])`; its attributes `<column>.unit` and `<column>.description`.
/// No times are stored, so equal results are equal bytes.
/// @throws pruning::InputError if the file cannot be written
void write_results_hdf5(const Results& results, const std::filesystem::path& file);

/// A table of that form with those attributes.
void write_hdf5_table(pruning::Hdf5Writer& writer, const std::string& path, const std::vector<FigureColumn>& columns);

}  // namespace sim
