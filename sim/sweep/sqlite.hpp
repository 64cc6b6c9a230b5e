#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "pruning/input_error.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace sim {

/// One that was cut short, for example.
class DamagedDatabase : public pruning::InputError {
 public:
  using InputError::InputError;
};

/// An SQLite database. Every member, and those of its statements, throw pruning::InputError that names the file, or
/// std::runtime_error, which does so too, if the disk is full or fails.
class Sqlite {
 public:
  enum class Mode {
    read,
    write  ///< and make it if there is none
  };
  /// A value of a cell; nothing: NULL.
  using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

  Sqlite(std::filesystem::path file, Mode mode);

  /// Runs statements that give no rows.
  void execute(const std::string& sql);
  [[noreturn]] void fail(const std::string& problem) const;
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

  /// A prepared statement; parameters and columns count from 1 and 0, as SQLite does.
  class Statement {
   public:
    Statement(Sqlite& database, const std::string& sql);
    Statement& bind(int parameter, const Value& value);
    /// @return whether there is a row
    bool step();
    /// Makes ready for other parameters.
    void reset();
    [[nodiscard]] Value column(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] int columns() const;

   private:
    Sqlite& database_;
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement_;
  };

  /// All or nothing: what is executed while it lives counts from `commit` on.
  class Transaction {
   public:
    explicit Transaction(Sqlite& database);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

   private:
    Sqlite& database_;
    bool open_ = true;
  };

 private:
  void check(int status) const;

  std::filesystem::path file_;
  std::unique_ptr<sqlite3, int (*)(sqlite3*)> handle_;
};

/// A name as SQL writes it, in double quotes.
std::string sql_name(std::string_view name);

}  // namespace sim
