#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <systemc>
#include <utility>
#include <vector>

#include "models/scnn/kernel.hpp"
#include "models/scnn/ports.hpp"

/// What tests of single blocks share.
namespace scnn::test {

/// A SystemC kernel for each test. A warning or an error of the kernel ends the test, and one that somebody swallowed
/// fails it.
class Bench : public ::testing::Test {
 protected:
  Bench()
      : use_(kernel_),
        warning_actions_(sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_THROW)),
        error_actions_(sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, sc_core::SC_THROW)),
        reports_before_(reports()) {}
  ~Bench() override {
    EXPECT_EQ(reports(), reports_before_) << "SystemC reported a warning or an error";
    sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, warning_actions_);
    sc_core::sc_report_handler::set_actions(sc_core::SC_ERROR, error_actions_);
  }

  /// Runs the processes until nothing is left to happen.
  static void run() { sc_core::sc_start(); }

 private:
  static int reports() {
    return sc_core::sc_report_handler::get_count(sc_core::SC_WARNING) +
           sc_core::sc_report_handler::get_count(sc_core::SC_ERROR);
  }

  Kernel kernel_;
  Kernel::Use use_;
  sc_core::sc_actions warning_actions_;
  sc_core::sc_actions error_actions_;
  int reports_before_;
};

/// A process of the test's own: runs `life` once.
class Process : public sc_core::sc_module {
 public:
  Process(const sc_core::sc_module_name& name, std::function<void()> life) : sc_module(name), life_(std::move(life)) {
    SC_HAS_PROCESS(Process);
    SC_THREAD(live);
  }

 private:
  void live() { life_(); }
  std::function<void()> life_;
};

/// Products as tests write them down.
inline Product product(std::uint32_t lane, std::uint32_t bank, std::uint32_t entry = 0, std::int32_t value = 1) {
  return {.value = value, .lane = lane, .bank = bank, .entry = entry};
}

/// Lanes that keep what arrives, issue by issue.
struct RecordingLanes : LaneInterface {
  void load(std::span<const Product> products) override { issues.emplace_back(products.begin(), products.end()); }
  std::vector<std::vector<Product>> issues;
};

}  // namespace scnn::test

namespace scnn {

inline bool operator==(const Product& a, const Product& b) {
  return a.value == b.value && a.lane == b.lane && a.bank == b.bank && a.entry == b.entry;
}

inline void PrintTo(const Product& p, std::ostream* out) {
  *out << p.value << " in lane " << p.lane << " for entry " << p.entry << " of bank " << p.bank;
}

}  // namespace scnn
