#include "sim/sweep/sqlite.hpp"

#include <sqlite3.h>

#include <stdexcept>
#include <system_error>
#include <type_traits>
#include <utility>

namespace sim {

namespace {

constexpr int patience_ms = 60'000;  // with others who read or write the file at the same time

sqlite3* open(const std::filesystem::path& file, Sqlite::Mode mode) {
  std::error_code error;
  if (mode == Sqlite::Mode::read && !std::filesystem::exists(file, error)) {
    throw pruning::InputError({file.string(), 0, 0, ""}, "no such file");
  }
  // A reader, too, may have to undo what a writer that was killed left unfinished.
  const int flags = SQLITE_OPEN_READWRITE | (mode == Sqlite::Mode::write ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int status = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  if (status == SQLITE_OK) return handle;
  const std::string problem = handle == nullptr ? "out of memory" : sqlite3_errmsg(handle);
  sqlite3_close(handle);
  throw pruning::InputError({file.string(), 0, 0, ""}, "cannot be opened: " + problem);
}

}  // namespace

Sqlite::Sqlite(std::filesystem::path file, Mode mode)
    : file_(std::move(file)), handle_(open(file_, mode), sqlite3_close) {
  sqlite3_busy_timeout(handle_.get(), patience_ms);
  if (mode == Mode::read) execute("PRAGMA query_only = 1");
}

void Sqlite::execute(const std::string& sql) {
  check(sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr));
}

void Sqlite::fail(const std::string& problem) const {
  throw pruning::InputError({file_.string(), 0, 0, ""}, problem);
}

void Sqlite::check(int status) const {
  if (status == SQLITE_OK) return;
  const std::string problem = sqlite3_errmsg(handle_.get());
  switch (status & 0xff) {  // without what extended codes add
    case SQLITE_CORRUPT:
      throw DamagedDatabase({file_.string(), 0, 0, ""}, "is damaged: " + problem);
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
      throw std::runtime_error(file_.string() + ": " + problem);
    default:
      fail(problem);
  }
}

Sqlite::Statement::Statement(Sqlite& database, const std::string& sql)
    : database_(database), statement_(nullptr, sqlite3_finalize) {
  sqlite3_stmt* statement = nullptr;
  database_.check(
      sqlite3_prepare_v2(database_.handle_.get(), sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr));
  statement_.reset(statement);
}

Sqlite::Statement& Sqlite::Statement::bind(int parameter, const Value& value) {
  sqlite3_stmt* statement = statement_.get();
  database_.check(std::visit(
      [&](const auto& given) {
        using Given = std::decay_t<decltype(given)>;
        if constexpr (std::is_same_v<Given, std::int64_t>) {
          return sqlite3_bind_int64(statement, parameter, given);
        } else if constexpr (std::is_same_v<Given, double>) {
          return sqlite3_bind_double(statement, parameter, given);
        } else if constexpr (std::is_same_v<Given, std::string>) {
          return sqlite3_bind_text(statement, parameter, given.data(), static_cast<int>(given.size()),
                                   SQLITE_TRANSIENT);
        } else {
          return sqlite3_bind_null(statement, parameter);
        }
      },
      value));
  return *this;
}

bool Sqlite::Statement::step() {
  const int status = sqlite3_step(statement_.get());
  if (status != SQLITE_ROW && status != SQLITE_DONE) database_.check(status);
  return status == SQLITE_ROW;
}

void Sqlite::Statement::reset() {
  sqlite3_reset(statement_.get());
}

Sqlite::Value Sqlite::Statement::column(int column) const {
  switch (sqlite3_column_type(statement_.get(), column)) {
    case SQLITE_INTEGER:
      return integer(column);
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement_.get(), column);
    case SQLITE_NULL:
      return {};
    default:
      return text(column);
  }
}

std::int64_t Sqlite::Statement::integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string Sqlite::Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

int Sqlite::Statement::columns() const {
  return sqlite3_column_count(statement_.get());
}

Sqlite::Transaction::Transaction(Sqlite& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
}

Sqlite::Transaction::~Transaction() {
  if (open_) sqlite3_exec(database_.handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Sqlite::Transaction::commit() {
  database_.execute("COMMIT");
  open_ = false;
}

std::string sql_name(std::string_view name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

}  // namespace sim
