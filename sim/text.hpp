#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sim {

/// The shortest decimal text that reads back as the same number.
std::string number_text(double value);

/// A string as a YAML scalar that reads back as the same string: plain where that is safe, else in double quotes.
std::string yaml_string(std::string_view text);

/// A string on one line, as a comment needs it: line ends become blanks.
std::string one_line(std::string text);

/// A text in lines of at most `width` code units, broken at blanks; all but the first begin with `indent` blanks.
/// Longer words stand alone. The last line ends with a newline, too.
std::string wrapped(std::string_view text, std::size_t width, std::size_t indent);

/// A string as a cell of a CSV file: in double quotes where a comma, a quote or a line end would be misread.
std::string csv_cell(const std::string& text);

/// A count with thousands separators; from 10^9 on in millions with one decimal: `3,158.7 M`.
std::string count_text(std::int64_t value);

/// A number of at least 0 with thousands separators before and `decimals` digits after the point.
std::string decimal_text(double value, int decimals);

/// A length of time with two or three digits: `95 s`, `12 min`, `3.4 h`.
std::string time_text(double seconds);

/// A share of 1 as a percentage with one decimal.
std::string percent_text(double share);

/// An SI prefix such that `largest` has at most five digits before the point, and much smaller values some after it.
struct Scale {
  double factor = 1;  ///< unit with prefix over unit
  std::string unit;
};

/// @param unit `pJ`, which becomes nJ, uJ or mJ, or another unit, which gets k, M or G in front of a blank
Scale scale_for(double largest, std::string_view unit);

}  // namespace sim
