#pragma once

#include <boost/program_options.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

/// What the subcommands' command lines have in common.
namespace command_line {

using Words = std::vector<std::string>;
using Values = boost::program_options::variables_map;

constexpr int success = 0;
constexpr int failure = 1;
constexpr int bad_input = 2;

/// A command line that cannot be understood.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Options and operands of one subcommand.
struct Usage {
  std::string synopsis;
  std::string purpose;
  boost::program_options::options_description options{"Options"};

  Usage(std::string synopsis_, std::string purpose_);

  void print() const;

  /// Reads the arguments; operands become the hidden option of the given name.
  /// @return nothing if help was asked for, and printed
  [[nodiscard]] std::optional<Values> parse(const Words& arguments, const char* operands, std::size_t least,
                                            std::size_t most) const;
};

template <class T>
T value_or(const Values& values, const char* option, T otherwise) {
  return values.count(option) > 0 ? values[option].as<T>() : otherwise;
}

std::string first_operand(const Values& values, const char* operands);

Words split_at_commas(const Words& lists);

/// Those of `--layers`; none: all.
Words layers_of(const Values& values);

/// That of `--jobs`, by default 1.
std::int64_t jobs_of(const Values& values);

/// Which of some words an option has. @return its position. @throws UsageError that names the nearest
std::size_t choice_of(const char* option, const std::string& given, const Words& words);

}  // namespace command_line
