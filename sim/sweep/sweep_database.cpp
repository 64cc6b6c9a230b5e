#include "sim/sweep/sweep_database.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <map>
#include <system_error>
#include <utility>

#include "pruning/atomic_file.hpp"
#include "pruning/input_error.hpp"
#include "version.hpp"

namespace sim {

namespace fs = std::filesystem;

namespace {

constexpr const char* no_database = "is not the database of a sweep";

/// The value of an axis as the number that it is, if it is one.
Sqlite::Value typed(const std::string& text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  if (const auto read = std::from_chars(text.data(), end, integer); read.ec == std::errc() && read.ptr == end) {
    return integer;
  }
  double number = 0;
  if (const auto read = std::from_chars(text.data(), end, number); read.ec == std::errc() && read.ptr == end) {
    return number;
  }
  return text;
}

Sqlite::Value value_at(const FigureColumn& column, std::size_t row) {
  return std::visit(
      [&](const auto& values) -> Sqlite::Value {
        if constexpr (requires { values[row].has_value(); }) {
          return values[row] ? Sqlite::Value(*values[row]) : Sqlite::Value();
        } else {
          return values[row];
        }
      },
      column.values);
}

std::string names_in_sql(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += ", " + sql_name(name);
  return text;
}

/// `INSERT` of a row of the table with a parameter for each column.
std::string insertion(const std::string& table, const std::string& keys, std::size_t key_count,
                      const std::vector<std::string>& names) {
  std::string parameters = "?";
  for (std::size_t i = 1; i < key_count + names.size(); ++i) parameters += ", ?";
  return fmt::format("INSERT INTO {} ({}{}) VALUES ({})", table, keys, names_in_sql(names), parameters);
}

std::vector<std::string> names_of(const std::vector<FigureColumn>& columns) {
  std::vector<std::string> names;
  for (const FigureColumn& column : columns) names.push_back(column.name);
  return names;
}

/// The table `sweep`.
std::map<std::string, std::string> about_sweep(const SweepPlan& plan) {
  std::vector<std::string_view> objectives;
  for (const Objective& objective : plan.sweep().objectives) objectives.push_back(objective.name);
  return {{"schema", std::string(sweep_schema)},
          {"identity", plan.identity()},
          {"name", plan.sweep().name},
          {"text", plan.sweep().text},
          {"version", version},
          {"commit", commit},
          {"points", std::to_string(plan.points().size())},
          {"objectives", fmt::format("{}", fmt::join(objectives, ","))}};
}

bool is_new(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) throw pruning::InputError({file.string(), 0, 0, ""}, "is a directory");
  return !fs::exists(file, error) || fs::file_size(file, error) == 0;
}

}  // namespace

SweepDatabase::SweepDatabase(std::unique_ptr<FileLock> lock, const fs::path& file, Sqlite::Mode mode)
    : lock_(std::move(lock)), sqlite_(file, mode) {}

SweepDatabase::SweepDatabase(const fs::path& file, const SweepPlan& plan)
    : SweepDatabase(lock_for(file), file, Sqlite::Mode::write) {
  sqlite_.execute("PRAGMA synchronous = NORMAL");
  if (is_new(file)) create(plan);
  check_identity(plan.identity(), "this sweep");
  // The file may have been worded anew, or ask for other objectives, and be the same sweep.
  Sqlite::Statement update(sqlite_, "UPDATE sweep SET value = ?2 WHERE key = ?1 AND value <> ?2");
  for (const auto& [key, value] : about_sweep(plan)) {
    update.bind(1, key).bind(2, value).step();
    update.reset();
  }
}

SweepDatabase::SweepDatabase(const fs::path& file) : SweepDatabase(nullptr, file, Sqlite::Mode::read) {
  check_schema();
}

std::unique_ptr<FileLock> SweepDatabase::lock_for(const fs::path& file) {
  if (!is_new(file)) SweepDatabase(nullptr, file, Sqlite::Mode::read).check_schema();  // nothing else is written to
  return std::make_unique<FileLock>(file);
}

void SweepDatabase::check_schema() {
  std::string schema;
  try {
    schema = about("schema");
  } catch (const DamagedDatabase&) {
    throw;
  } catch (const pruning::InputError&) {
    sqlite_.fail(no_database);
  }
  if (schema != sweep_schema) sqlite_.fail(fmt::format("{} in the form {}", no_database, sweep_schema));
}

void SweepDatabase::create(const SweepPlan& plan) {
  const SweepFile& sweep = plan.sweep();
  Sqlite::Transaction transaction(sqlite_);
  std::vector<std::string> keys;
  for (const Axis* axis : sweep.axes()) keys.push_back(axis->key);
  sqlite_.execute(
      "CREATE TABLE sweep (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
      "CREATE TABLE inputs (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL);"
      "CREATE TABLE axes (position INTEGER PRIMARY KEY, key TEXT NOT NULL, dimension INTEGER NOT NULL);"
      "CREATE TABLE figures (owner TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, unit TEXT NOT NULL,"
      " description TEXT NOT NULL, PRIMARY KEY (owner, name));"
      "CREATE TABLE points (point INTEGER PRIMARY KEY, status TEXT NOT NULL, reason TEXT, host_seconds REAL NOT NULL);"
      "CREATE TABLE settings (point INTEGER PRIMARY KEY" +
      names_in_sql(keys) +
      ");"
      "CREATE TABLE totals (point INTEGER PRIMARY KEY);"
      "CREATE TABLE layers (point INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (point, position));");

  Sqlite::Statement about(sqlite_, "INSERT INTO sweep VALUES (?, ?)");
  for (const auto& [key, value] : about_sweep(plan)) {
    about.bind(1, key).bind(2, value).step();
    about.reset();
  }
  Sqlite::Statement input(sqlite_, "INSERT INTO inputs VALUES (?, ?)");
  for (const auto& [name, hash] : plan.inputs()) {
    input.bind(1, name).bind(2, hash).step();
    input.reset();
  }
  Sqlite::Statement axis(sqlite_, "INSERT INTO axes VALUES (?, ?, ?)");
  std::int64_t position = 0;
  for (std::size_t dimension = 0; dimension < sweep.dimensions.size(); ++dimension) {
    for (const Axis& one : sweep.dimensions[dimension].axes) {
      axis.bind(1, position++).bind(2, one.key).bind(3, static_cast<std::int64_t>(dimension)).step();
      axis.reset();
    }
  }
  make_view();
  transaction.commit();
}

void SweepDatabase::check_identity(const std::string& identity, const std::string& what) {
  if (about("identity") == identity) return;
  const std::string built = fmt::format("{} ({})", about("version"), about("commit"));
  const std::string here = fmt::format("{} ({})", version, commit);
  sqlite_.fail(fmt::format("holds another sweep than {} ({}), so it is left alone", what,
                           built == here ? "other axes, base or inputs" : "of scnn-sim " + built));
}

void SweepDatabase::add(std::size_t point, const std::vector<std::string>& values, const PointOutcome& outcome) {
  const auto number = static_cast<std::int64_t>(point) + 1;
  Sqlite::Transaction transaction(sqlite_);
  add_figures("totals", outcome.totals);
  add_figures("layers", outcome.layers);

  Sqlite::Statement about(sqlite_, "INSERT INTO points VALUES (?, ?, ?, ?)");
  about.bind(1, number).bind(2, outcome.reason ? "invalid" : "done").bind(4, outcome.host_seconds);
  about.bind(3, outcome.reason ? Sqlite::Value(*outcome.reason) : Sqlite::Value()).step();

  std::string parameters = "?";
  for (std::size_t i = 0; i < values.size(); ++i) parameters += ", ?";
  Sqlite::Statement settings(sqlite_, "INSERT INTO settings VALUES (" + parameters + ")");
  settings.bind(1, number);
  for (std::size_t i = 0; i < values.size(); ++i) settings.bind(static_cast<int>(i) + 2, typed(values[i]));
  settings.step();

  if (!outcome.reason) {
    Sqlite::Statement totals(sqlite_, insertion("totals", "point", 1, sim::names_of(outcome.totals)));
    totals.bind(1, number);
    int parameter = 2;
    for (const FigureColumn& column : outcome.totals) totals.bind(parameter++, value_at(column, 0));
    totals.step();

    Sqlite::Statement layer(sqlite_, insertion("layers", "point, position", 2, sim::names_of(outcome.layers)));
    for (std::size_t row = 0; row < rows_of(outcome.layers); ++row) {
      layer.bind(1, number).bind(2, static_cast<std::int64_t>(row));
      parameter = 3;
      for (const FigureColumn& column : outcome.layers) layer.bind(parameter++, value_at(column, row));
      layer.step();
      layer.reset();
    }
  }
  transaction.commit();
}

void SweepDatabase::add_figures(const std::string& owner, const std::vector<FigureColumn>& columns) {
  const std::vector<std::string> known = names_of(owner);
  if (columns.empty() || known == sim::names_of(columns)) return;
  // Machines may have figures of their own. The order of all does not depend on which point came first.
  Sqlite::Statement figure(
      sqlite_,
      "INSERT INTO figures VALUES (?, ?, ?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET position "
      "= min(position, excluded.position)");
  std::int64_t position = 0;
  for (const FigureColumn& column : columns) {
    if (std::find(known.begin(), known.end(), column.name) == known.end()) {
      sqlite_.execute(fmt::format("ALTER TABLE {} ADD COLUMN {}", owner, sql_name(column.name)));
    }
    figure.bind(1, owner).bind(2, column.name).bind(3, position++).bind(4, column.unit).bind(5, column.description);
    figure.step();
    figure.reset();
  }
  if (owner == "totals") make_view();
}

void SweepDatabase::make_view() {
  std::string columns;
  Sqlite::Statement axes(sqlite_, "SELECT key FROM axes ORDER BY position");
  while (axes.step()) columns += fmt::format(", settings.{0} AS {0}", sql_name(axes.text(0)));
  for (const std::string& name : names_of("totals")) columns += fmt::format(", totals.{0} AS {0}", sql_name(name));
  sqlite_.execute("DROP VIEW IF EXISTS results");
  sqlite_.execute("CREATE VIEW results AS SELECT points.point AS point, status, reason" + columns +
                  " FROM points JOIN settings USING (point) LEFT JOIN totals USING (point)");
}

void SweepDatabase::merge(const std::vector<fs::path>& databases, const fs::path& output) {
  std::error_code error;
  if (fs::exists(output, error)) {
    throw pruning::InputError({output.string(), 0, 0, ""}, "exists already; name another file with -o");
  }
  pruning::check_writable(output);
  for (const fs::path& file : databases) static_cast<void>(SweepDatabase(file));
  const fs::path staging = output.string() + ".part";
  fs::remove(staging, error);
  try {
    SweepDatabase first(nullptr, databases.front(), Sqlite::Mode::write);
    Sqlite::Statement copy(first.sqlite_, "VACUUM INTO ?");
    copy.bind(1, staging.string()).step();
    SweepDatabase merged(nullptr, staging, Sqlite::Mode::write);
    for (std::size_t i = 1; i < databases.size(); ++i) merged.take_from(databases[i]);
  } catch (const pruning::InputError&) {
    fs::remove(staging, error);
    throw;
  } catch (const std::runtime_error& failure) {
    fs::remove(staging, error);
    throw std::runtime_error(fmt::format("{}: cannot be written: {}", output.string(), failure.what()));
  }
  fs::rename(staging, output);
}

void SweepDatabase::take_from(const fs::path& other) {
  SweepDatabase from(other);
  from.check_identity(about("identity"), "the others");
  Sqlite::Statement attach(sqlite_, "ATTACH ? AS other");
  attach.bind(1, other.string()).step();
  attach.reset();
  {
    Sqlite::Transaction transaction(sqlite_);
    for (const std::string owner : {"totals", "layers"}) {
      std::vector<FigureColumn> columns;
      Sqlite::Statement figures(from.sqlite_,
                                "SELECT name, unit, description FROM figures WHERE owner = ? ORDER BY position, name");
      figures.bind(1, owner);
      while (figures.step()) columns.push_back({figures.text(0), figures.text(1), figures.text(2), {}});
      add_figures(owner, columns);
      const std::string keys = (owner == "layers" ? "point, position" : "point") + names_in_sql(sim::names_of(columns));
      sqlite_.execute(
          fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM other.{0} WHERE point NOT IN "
                      "(SELECT point FROM main.points)",
                      owner, keys));
    }
    for (const char* table : {"settings", "points"}) {
      sqlite_.execute(
          fmt::format("INSERT INTO {0} SELECT * FROM other.{0} WHERE point NOT IN (SELECT point FROM "
                      "main.{0})",
                      table));
    }
    transaction.commit();
  }
  sqlite_.execute("DETACH other");
}

}  // namespace sim
