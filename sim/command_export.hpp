#pragma once

#include <filesystem>
#include <optional>
#include <ostream>

namespace sim {

enum class ExportFormat { csv, hdf5, json };
enum class ExportTable { points, layers };

struct ExportCommand {
  std::filesystem::path database;
  ExportFormat format = ExportFormat::csv;
  ExportTable table = ExportTable::points;      ///< of CSV; the other formats hold both
  std::optional<std::filesystem::path> output;  ///< nothing: print it; HDF5 needs a file
};

/// Writes the results of a sweep as a table of points and one of layers. The bytes depend on which points the database
/// holds, not on when, where and in which order they were simulated.
///
/// CSV: a header and a row for every point, or every layer of every point. JSON: the sweep, its axes, the columns with
/// units, and the tables as lists of objects. HDF5: tables `points/table` and `layers/table` as in results.h5.
/// @throws pruning::InputError
void export_sweep(const ExportCommand& command, std::ostream& out);

}  // namespace sim
