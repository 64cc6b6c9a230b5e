#pragma once

#include <cstdint>
#include <optional>
#include <string>

/// Figures as tables of the page show them.
namespace sim::report_page {

inline constexpr const char* nothing = "-";

/// All digits, with separators.
std::string exact(std::int64_t count);
std::string exact(const std::optional<std::int64_t>& count);
/// With the digits that a reader can use: six.
std::string rounded(double value);
std::string share(double part, double whole);

}  // namespace sim::report_page
