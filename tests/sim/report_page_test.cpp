// Does the page hold what the results hold, whatever text is in them, and nothing that depends on when and where?

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>
#include <set>
#include <string>
#include <vector>

#include "pruning/input_error.hpp"
#include "sim/command_report.hpp"
#include "sim/report_page/charts.hpp"
#include "sim/report_page/sweep_figures.hpp"
#include "sim/results_json.hpp"
#include "sim/sweep/sweep_database.hpp"
#include "sim/text.hpp"
#include "sim/whole_network.hpp"
#include "tests/sim/support.hpp"
#include "tests/sim/tiny_run.hpp"

namespace sim::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

void write_run(const std::string& directory, const Results& results) {
  fs::create_directories(directory);
  write_file(directory + "/results.json", results_json(results));
}

/// A database of six points: two by three, of which one is invalid. Cycles 10, 20 ..., energy the other way round.
void write_sweep(const std::string& file) {
  write_file("sweep.yaml",
             "# 1 < 2 & \"so on\"\n"
             "base:\n"
             "  network: {name: tiny, input: {channels: 3, height: 8, width: 8},\n"
             "            layers: [{name: conv1, type: conv, output_channels: 8, kernel: 3}]}\n"
             "  weights: {synthetic: {}}\n  activations: {synthetic: {}}\n  pruning: {density: 0.5}\n"
             "axes: {pruning.granularity: [fine, vector], accelerator.pe.rows: [2, 4, 300]}\n"
             "objectives: [cycles, energy, area]\n");
  const SweepPlan plan(read_sweep_file("sweep.yaml"));
  SweepDatabase database(file, plan);
  for (std::size_t point = 0; point < 6; ++point) {
    PointOutcome outcome;
    if (point == 2) {
      outcome.reason = "rows <300>: too many";
    } else {
      const auto number = static_cast<std::int64_t>(point) + 1;
      outcome.totals = {
          {"cycles", "cycles", "", std::vector<std::int64_t>{1000 * number}},
          {"pe_cycles_issue", "PE-cycles", "", std::vector<std::int64_t>{number}},
          {"energy_dram_pj", "pJ", "", std::vector<std::optional<double>>{50.0 / static_cast<double>(number)}},
          {"energy_total_pj", "pJ", "", std::vector<std::optional<double>>{60.0 / static_cast<double>(number)}}};
      if (point == 5) std::get<std::vector<std::optional<double>>>(outcome.totals[3].values) = {60.0};
    }
    database.add(point, plan.values(point), outcome);
  }
}

class ReportPage : public ::testing::Test {
 protected:
  /// Reports, and reads the page, which is XML too, back.
  const pugi::xml_document& page_of(const std::vector<fs::path>& sources,
                                    const std::optional<fs::path>& figures = std::nullopt) {
    report({sources, "page.html", figures});
    const pugi::xml_parse_result result = page_.load_file("page.html", pugi::parse_full);
    EXPECT_TRUE(result) << result.description();
    return page_;
  }

  /// Texts of the cells of a row of a section's table, the first, its head, left out.
  std::vector<std::string> row(const std::string& article, const std::string& section, const std::string& head) {
    std::vector<std::string> cells;
    for (const auto& found : page_.select_nodes(
             fmt::format("//article[@id='{}']/section[h3='{}']//tr[th='{}']/td", article, section, head).c_str())) {
      cells.push_back(found.node().text().get());
    }
    return cells;
  }

  std::size_t count(const std::string& xpath) { return page_.select_nodes(xpath.c_str()).size(); }

  WorkingDirectory directory_;
  pugi::xml_document page_;
};

TEST_F(ReportPage, HoldsTheFiguresOfARun) {
  const Results results = example_results();
  write_run("one", results);
  page_of({"one"});
  const auto json = nlohmann::json::parse(read_file("one/results.json"));
  const auto exact = [](const nlohmann::json& value) {
    std::string text = std::to_string(value.get<std::int64_t>());
    for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, ",");
    return text;
  };
  std::vector<nlohmann::json> rows(json["layers"].begin(), json["layers"].end());
  rows.push_back(json["totals"]);
  for (const auto& layer : rows) {
    const std::string name = layer["name"];
    const auto& counters = layer["counters"];
    EXPECT_EQ(row("one", "Layers", name).at(0), exact(layer["cycles"]));
    EXPECT_EQ(row("one", "Layers", name).at(2), exact(counters["products"]));
    const auto references = row("one", "References to partial sums", name);
    EXPECT_EQ(references.at(0), exact(counters["products_accumulated"]));
    EXPECT_EQ(references.at(1), exact(counters["accumulator_references"]));
    EXPECT_EQ(references.at(2), exact(counters["row_references"]));
    EXPECT_EQ(references.at(4), exact(counters["bypass_hits"]));
    const auto storage = row("one", "Storage of the weights", name);
    EXPECT_EQ(storage.at(0), exact(layer["storage"]["dense_bits"]));
    EXPECT_EQ(storage.at(1), exact(layer["storage"]["weight_bits"]));
    std::int64_t pe_cycles = 0;
    for (const auto& value : layer["pe_cycles"]) pe_cycles += value.get<std::int64_t>();
    EXPECT_EQ(row("one", "Where the PE-cycles went", name).back(), exact(pe_cycles));
    EXPECT_THAT(row("one", "Energy", name), SizeIs(layer["energy_pj"].size()));
  }
  EXPECT_EQ(count("//article/section[h3='Provenance']//div[dt='SHA-256 of net.h5'][dd='00ff']"), 1U);
  EXPECT_EQ(count("//article/section[h3='Provenance']//div[dt='command'][dd='run config.yaml']"), 1U);
}

TEST_F(ReportPage, ComparesRuns) {
  Results results = example_results();
  write_run("a/run", results);
  for (auto& layer : results.layers) layer.cycles *= 2;
  add_up(results);
  write_run("b/run", results);
  page_of({"a/run", "b/run"});
  EXPECT_EQ(count("//article"), 3U);
  EXPECT_EQ(row("Comparison", "Relative to run", "run").at(0), "1.000");
  EXPECT_EQ(row("Comparison", "Relative to run", "run (2)").at(0), "0.500");
}

// Clocks of the machines differ, so nothing is said in cycles of both.
TEST_F(ReportPage, ShowsANetworkOnTwoMachinesAsOne) {
  write_tiny_tensors();
  const std::string text = tiny_run() + "energy: scnn-16nm\n";
  const Results whole = simulated(text + "machine: {conv: scnn, linear: eie}\n");
  const Results scnn = simulated(text + "machine: scnn\n");
  write_run("whole", whole);
  write_run("scnn", scnn);
  page_of({"whole"});
  EXPECT_EQ(count("//article"), 3U);  // the network and its machines, which are not compared
  EXPECT_EQ(count("//article[@id='Comparison']"), 0U);
  const WholeNetwork totals = whole_network(whole);
  const auto total = row("whole", "The whole network", "total");  // of both machines and of all
  ASSERT_THAT(total, SizeIs(3 * 9));
  EXPECT_EQ(total.at(0), "scnn");
  EXPECT_EQ(total.at(9), "eie");
  EXPECT_EQ(total.at(18 + 1), decimal_text(totals.microseconds, 1));
  EXPECT_EQ(total.at(18 + 5), count_text(totals.dram_bytes));
  EXPECT_EQ(total.at(18 + 7), count_text(totals.nonzero_weights));
  EXPECT_EQ(row("whole", "The whole network", "fc").at(0), "eie");
  EXPECT_EQ(count("//article[h2='whole: eie']//div[dt='time at 0.8 GHz']"), 1U);

  page_of({"whole", "whole"});
  EXPECT_EQ(count("//article[h2='whole (2): eie']"), 1U);

  page_of({"whole", "scnn"});
  const double speed_up = totals.microseconds / microseconds(scnn.totals.front(), scnn.accelerator);
  EXPECT_EQ(row("Comparison", "Relative to whole", "scnn").at(0), fmt::format("{:.3f}", speed_up));
}

TEST_F(ReportPage, ShowsAnyTextAsItIs) {
  const std::string evil = "<script>alert('1')</script> & \"`touch evil`\"\n system('touch evil') ]]> #1";
  Results results = example_results();
  results.network = evil;
  results.layers[0].name = evil;
  results.provenance.command = evil;
  write_run("one", results);
  page_of({"one"}, "figures");
  EXPECT_EQ(count("//script"), 1U);
  EXPECT_EQ(page_.select_node("//title").node().text().get(), evil);
  EXPECT_GE(count("//tbody/tr/th[contains(., \"<script>alert('1')</script>\")]"), 4U);  // once in every table
  EXPECT_GE(count("//*[local-name() = 'svg']//*[local-name() = 'text'][contains(., '<script>alert')]"), 4U);
  EXPECT_FALSE(fs::exists("evil"));
}

TEST_F(ReportPage, IsTheSameBytesAnywhere) {
  write_run("one", example_results());
  write_run("elsewhere/one", example_results());
  write_sweep("sweep.db");
  report({{"one", "sweep.db"}, "page.html", "figures"});
  report({{"elsewhere/one", "sweep.db"}, "again.html", "again"});
  EXPECT_EQ(read_file("page.html"), read_file("again.html"));
  for (const auto& figure : fs::directory_iterator("figures")) {
    EXPECT_EQ(read_file(figure.path()), read_file("again" / figure.path().filename()));
  }
}

TEST_F(ReportPage, NeedsNoOtherFileAndHoldsItsFigures) {
  write_run("one", example_results());
  write_sweep("sweep.db");
  page_of({"one", "sweep.db"}, "figures");
  std::size_t figures = 0;
  for (const auto& file : fs::directory_iterator("figures")) {
    pugi::xml_document svg;
    EXPECT_TRUE(svg.load_file(file.path().c_str())) << file.path();
    EXPECT_FALSE(svg.select_nodes("/svg[@viewBox]//text").empty()) << file.path();
    ++figures;
  }
  EXPECT_EQ(count("//figure/svg"), figures);
  EXPECT_GE(figures, 4U + 5U);
  EXPECT_EQ(count("//link | //img | //*[@src] | //iframe"), 0U);
  EXPECT_EQ(count("//@*[(name() = 'href' or name() = 'xlink:href') and not(starts-with(., '#'))]"), 0U);
  std::set<std::string> identifiers;
  for (const auto& found : page_.select_nodes("//@id")) {
    EXPECT_TRUE(identifiers.insert(found.attribute().value()).second) << found.attribute().value();
  }
  for (const auto& found : page_.select_nodes("//@*[starts-with(., '#') and contains(name(), 'href')]")) {
    EXPECT_EQ(identifiers.count(found.attribute().value() + 1), 1U) << found.attribute().value();
  }
}

TEST_F(ReportPage, ShowsASweep) {
  write_sweep("sweep.db");
  page_of({"sweep.db"});
  EXPECT_EQ(count("//table[@class='points']/tbody/tr"), 5U);
  EXPECT_EQ(count("//table[@class='points']/tbody/tr[@class='front']"), 4U);  // the last is beaten in both
  EXPECT_THAT(row("sweep", "Best points", "cycles"), ElementsAre("1,000", "cycles", "1"));
  EXPECT_THAT(row("sweep", "Best points", "energy"), ElementsAre("12", "pJ", "5"));
  EXPECT_EQ(count("//section[h3='Best points']/p[.='Point 5: pruning.granularity = vector; pe.rows = 4']"), 1U);
  EXPECT_THAT(row("sweep", "Pareto front", "4"), ElementsAre("4,000", "15", "vector", "2"));
  EXPECT_THAT(row("sweep", "Invalid points", "rows <300>: too many"),
              ElementsAre("1", "3: pruning.granularity = fine, pe.rows = 300"));
  EXPECT_THAT(row("sweep", "What each axis does", "fine"), ElementsAre("2", "1,000", "1,500", "30", "45"));
  EXPECT_EQ(count("//p[contains(., 'objective area')]"), 1U);
  EXPECT_THAT(page_.select_node("//pre").node().text().get(), HasSubstr("# 1 < 2 & \"so on\""));
}

TEST_F(ReportPage, RefusesWhatIsNeitherARunNorASweep) {
  write_file("text.db", "no database");
  fs::create_directories("empty");
  write_run("cut", example_results());
  write_file("cut/results.json", R"({"schema": "scnn-sim/results/1", "totals": {"cycles": "many"}})");
  write_file("page.html", "as it was");
  for (const auto& [source, reason] : std::vector<std::pair<std::string, std::string>>{
           {"nowhere", "nowhere: does not exist"},
           {"empty", "empty: is not the directory of a run"},
           {"cut", "cut/results.json: lacks a figure or holds one of a wrong type"},
           {"text.db", "text.db: "}}) {
    try {
      report({{source}, "page.html", std::nullopt});
      ADD_FAILURE() << source;
    } catch (const pruning::InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(reason));
    }
  }
  EXPECT_EQ(read_file("page.html"), "as it was");
}

TEST_F(ReportPage, SaysWhatDrawsTheFiguresWhereItIsMissing) {
  write_run("one", example_results());
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", directory_.path().c_str(), 1);
  try {
    report({{"one"}, "page.html", std::nullopt});
    ADD_FAILURE();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("gnuplot-nox"));
  }
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_FALSE(fs::exists("page.html"));
}

TEST(ParetoFront, HoldsThePointsThatNoOtherBeats) {
  using Values = std::vector<std::vector<std::optional<double>>>;
  const Values values{{3, 1, 2, 2, 4, std::nullopt, 1}, {1, 3, 2, 3, 4, 0, 3}};
  EXPECT_THAT(report_page::pareto_front(values), ElementsAre(true, true, true, false, false, false, true));
  EXPECT_THAT(report_page::pareto_front({{2, 1, 3}}), ElementsAre(false, true, false));
  EXPECT_THAT(report_page::pareto_front({}), SizeIs(0));
}

TEST(ParetoFront, HasAFigureThatDoesNotGrowWithThePoints) {
  report_page::FrontChart chart{"front", {"cycles", "cycles"}, {"energy", "pJ"}, {}, {}, true};
  for (int i = 0; i < 50'000; ++i) chart.points.emplace_back(1000 + i % 37, 2000 + i % 41);
  chart.front = {{1000, 2000}};
  EXPECT_LT(draw(chart).svg.size(), 300'000U);
}

// Names of many categories would lie over each other.
TEST(EffectOfAnAxis, NamesSomeOfManyValues) {
  report_page::EffectChart chart{"effect", "density", {"cycles", "cycles"}, {}, "", {{"", {}}}, {}};
  for (int i = 0; i < 100; ++i) {
    chart.categories.push_back(fmt::format("value-{}.", i));
    chart.lines[0].second.emplace_back(i);
  }
  const std::string svg = draw(chart).svg;
  for (const auto& [name, is_there] : {std::pair("value-0.", true), {"value-1.", false}, {"value-4.", true}}) {
    EXPECT_EQ(svg.find(name) != std::string::npos, is_there) << name;
  }
}

}  // namespace
}  // namespace sim::test
