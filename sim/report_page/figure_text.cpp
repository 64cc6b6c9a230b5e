#include "sim/report_page/figure_text.hpp"

#include <fmt/format.h>

#include "sim/text.hpp"

namespace sim::report_page {

std::string exact(std::int64_t count) {
  return decimal_text(static_cast<double>(count), 0);
}

std::string exact(const std::optional<std::int64_t>& count) {
  return count ? exact(*count) : nothing;
}

std::string rounded(double value) {
  return fmt::format("{:.6g}", value);
}

std::string share(double part, double whole) {
  return whole == 0 ? nothing : percent_text(part / whole);
}

}  // namespace sim::report_page
