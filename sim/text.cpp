#include "sim/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace sim {

namespace {

bool plain_is_safe(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "~"};
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; };
  const auto inner = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./").find(c) != std::string_view::npos;
  };
  if (text.empty() || !letter(text.front()) || !std::all_of(text.begin(), text.end(), inner)) return false;
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(words.begin(), words.end(), lower) == words.end();
}

}  // namespace

std::string number_text(double value) {
  return fmt::format("{}", value);
}

std::string yaml_string(std::string_view text) {
  if (plain_is_safe(text)) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\x{:02x}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string wrapped(std::string_view text, std::size_t width, std::size_t indent) {
  std::string lines;
  std::size_t column = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (column > 0 && column + 1 + word.size() > width) {
      lines += '\n' + std::string(indent, ' ');
      column = indent;
    } else if (column > 0) {
      lines += ' ';
      ++column;
    }
    lines += word;
    column += word.size();
  }
  return lines + '\n';
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

std::string count_text(std::int64_t value) {
  constexpr std::int64_t longest = 1'000'000'000;
  if (value < longest) return decimal_text(static_cast<double>(value), 0);
  return decimal_text(static_cast<double>(value) / 1e6, 1) + " M";
}

std::string decimal_text(double value, int decimals) {
  std::string text = fmt::format("{:.{}f}", value, decimals);
  for (std::size_t place = std::min(text.find('.'), text.size()); place > 3; place -= 3) text.insert(place - 3, ",");
  return text;
}

std::string time_text(double seconds) {
  if (seconds < 10) return fmt::format("{:.1f} s", seconds);
  if (seconds < 120) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string percent_text(double share) {
  return fmt::format("{:.1f}%", 100 * share);
}

Scale scale_for(double largest, std::string_view unit) {
  constexpr double most = 100'000;
  const std::array<std::string_view, 4> prefixes = unit == "pJ"
                                                       ? std::array<std::string_view, 4>{"pJ", "nJ", "uJ", "mJ"}
                                                       : std::array<std::string_view, 4>{"", "k ", "M ", "G "};
  std::size_t step = 0;
  double factor = 1;
  while (largest / factor >= most && step + 1 < prefixes.size()) {
    ++step;
    factor *= 1000;
  }
  return {factor, unit == "pJ" ? std::string(prefixes[step]) : fmt::format("{}{}", prefixes[step], unit)};
}

}  // namespace sim
