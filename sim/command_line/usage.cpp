#include "sim/command_line/usage.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iostream>
#include <utility>

#include "workloads/config_node.hpp"

namespace command_line {

namespace po = boost::program_options;

Usage::Usage(std::string synopsis_, std::string purpose_)
    : synopsis(std::move(synopsis_)), purpose(std::move(purpose_)) {
  options.add_options()("help,h", "this text");
}

void Usage::print() const {
  std::cout << "usage: scnn-sim " << synopsis << "\n\n" << purpose << "\n\n" << options;
}

std::optional<Values> Usage::parse(const Words& arguments, const char* operands, std::size_t least,
                                   std::size_t most) const {
  po::options_description all;
  all.add(options).add_options()(operands, po::value<Words>());
  po::positional_options_description positions;
  positions.add(operands, -1);
  Values values;
  po::store(po::command_line_parser(arguments)
                .options(all)
                .positional(positions)
                .style(po::command_line_style::default_style & ~po::command_line_style::allow_guessing)
                .run(),
            values);
  if (values.count("help") > 0) {
    print();
    return std::nullopt;
  }
  po::notify(values);
  const std::size_t given = values.count(operands) > 0 ? values[operands].as<Words>().size() : 0;
  if (given < least || given > most) throw UsageError("usage: scnn-sim " + synopsis);
  return values;
}

std::string first_operand(const Values& values, const char* operands) {
  return values[operands].as<Words>().front();
}

Words split_at_commas(const Words& lists) {
  Words words;
  for (const std::string& list : lists) {
    for (std::size_t begin = 0; begin <= list.size();) {
      const std::size_t end = std::min(list.find(',', begin), list.size());
      if (end > begin) words.push_back(list.substr(begin, end - begin));
      begin = end + 1;
    }
  }
  return words;
}

Words layers_of(const Values& values) {
  Words layers = split_at_commas(value_or(values, "layers", Words()));
  if (values.count("layers") > 0 && layers.empty()) throw UsageError("--layers names no layer");
  return layers;
}

std::int64_t jobs_of(const Values& values) {
  const auto jobs = value_or<std::int64_t>(values, "jobs", 1);
  if (jobs < 1 || jobs > 1024) throw UsageError(fmt::format("--jobs: must be from 1 to 1024, got {}", jobs));
  return jobs;
}

std::size_t choice_of(const char* option, const std::string& given, const Words& words) {
  const auto word = std::find(words.begin(), words.end(), given);
  if (word != words.end()) return static_cast<std::size_t>(word - words.begin());
  const std::string near = workloads::nearest(given, words);
  throw UsageError(fmt::format("{}: must be {} or {}, got '{}'{}", option,
                               fmt::join(words.begin(), words.end() - 1, ", "), words.back(), given,
                               near.empty() ? "" : "; did you mean '" + near + "'?"));
}

}  // namespace command_line
