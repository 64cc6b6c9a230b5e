#include "sim/text_table.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace {

using sim::Align;
using sim::TextTable;

// Are columns aligned to their widest cell, rules as wide as the table, and lines free of blanks at their ends?
TEST(TextTable, AlignsColumns) {
  TextTable table({{"layer", Align::left}, {"cycles"}, {"note", Align::left}});
  table.add_row({"conv1_1", "12", "x"});
  table.add_row({"fc", "1,234,567", ""});
  table.add_rule();
  table.add_row({"total", "", "longer than its title"});
  EXPECT_EQ(table.str(),
            "layer       cycles  note\n"
            "-----------------------------------------\n"
            "conv1_1         12  x\n"
            "fc       1,234,567\n"
            "-----------------------------------------\n"
            "total               longer than its title\n");
}

// Does a letter of several bytes count as one column?
TEST(TextTable, CountsLettersNotBytes) {
  TextTable table({{"µJ"}, {"b"}});
  table.add_row({"10", "é"});
  EXPECT_EQ(table.str(), "µJ  b\n-----\n10  é\n");
}

// Is a row of the wrong length refused?
TEST(TextTable, RefusesRowsOfAnotherLength) {
  TextTable table({{"a"}, {"b"}});
  EXPECT_THROW(table.add_row({"1"}), std::invalid_argument);
}

}  // namespace
