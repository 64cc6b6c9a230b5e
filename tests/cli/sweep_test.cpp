// Is a sweep the same however its points are shared between processes, ranks and shards, and however it is killed?

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/sim/support.hpp"
#include "tests/support/full_disk.hpp"

namespace cli::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Options = std::vector<std::string>;

/// 24 points in two groups that share tensors. Those without rows are refused; among the others, the second of every
/// four turns out not to fit, which the program says at once and so shows how far it is.
const std::string sweep_file =
    "base:\n"
    "  network:\n"
    "    name: small\n"
    "    layers:\n"
    "    - {name: conv, type: conv, input: {channels: 16, height: 80, width: 80}, output_channels: 16, kernel: 3}\n"
    "  weights: {synthetic: {}}\n"
    "  pruning: {granularity: fine, density: 0.3}\n"
    "  activations: {synthetic: {density: 0.4}}\n"
    "set: {timing_only: true, accelerator.pe.columns: 2}\n"
    "axes:\n"
    "  pruning.granularity: [fine, kernel]\n"
    "  accelerator.pe.rows: [0, 2, 4]\n"
    "zipped:\n"
    "  - accelerator.pe.accumulators.banks: [32, 2, 32, 64]\n"
    "    accelerator.pe.accumulators.entries: [32, 1, 64, 32]\n"
    "objectives: [cycles, energy, energy_delay_product, references]\n";

class Sweep : public ::testing::Test {
 protected:
  Sweep() { sim::test::write_file("sweep.yaml", sweep_file); }

  static Options command(const std::string& output, const Options& options = {}) {
    Options arguments{"sweep", "sweep.yaml", "--output", output};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return arguments;
  }
  /// All that a database says of its points.
  static std::string tables(const std::string& database) {
    const Finished finished = scnn_sim({"export", database, "--format", "json"});
    EXPECT_EQ(finished.status, 0) << finished.err;
    return finished.out;
  }
  /// The tables of the sweep, simulated by one process at one go.
  static const std::string& whole() {
    static const std::string found = [] {
      const Finished finished = scnn_sim(command("whole.db"));
      EXPECT_EQ(finished.status, 0) << finished.err;
      EXPECT_THAT(finished.err, HasSubstr("24 of 24 points"));
      return tables("whole.db");
    }();
    return found;
  }
  static std::size_t points_in(const std::string& database) {
    return nlohmann::json::parse(tables(database)).at("points").size();
  }

  sim::test::WorkingDirectory directory;
};

TEST_F(Sweep, DoesNotDependOnProcessesAndShards) {
  EXPECT_EQ(scnn_sim(command("two.db", {"--jobs", "2"})).status, 0);
  EXPECT_EQ(tables("two.db"), whole());
  // With more processes than points share tensors, each evaluates its own.
  EXPECT_EQ(scnn_sim(command("many.db", {"--jobs", "20"})).status, 0);
  EXPECT_EQ(tables("many.db"), whole());

  Options merge{"merge"};
  for (const std::string shard : {"3", "1", "2"}) {
    EXPECT_EQ(scnn_sim(command(shard + ".db", {"--shard", shard + "/3"})).status, 0);
    EXPECT_EQ(points_in(shard + ".db"), 8U);
    merge.push_back(shard + ".db");
  }
  merge.insert(merge.end(), {"1.db", "-o", "merged.db"});
  const Finished merged = scnn_sim(merge);
  EXPECT_EQ(merged.status, 0) << merged.err;
  EXPECT_EQ(merged.out, "24 of 24 points\nResults: merged.db\n");
  EXPECT_EQ(tables("merged.db"), whole());
  for (const std::string format : {"csv", "hdf5"}) {
    for (const std::string database : {"two", "merged"}) {
      const Finished finished =
          scnn_sim({"export", database + ".db", "--format", format, "-o", database + '.' + format});
      EXPECT_EQ(finished.status, 0) << finished.err;
    }
    EXPECT_EQ(sim::test::read_file("two." + format), sim::test::read_file("merged." + format)) << format;
  }
}

TEST_F(Sweep, DoesNotDependOnRanks) {
#ifndef SCNN_MPI
  GTEST_SKIP() << "built without MPI";
#endif
  for (const int ranks : {2, 4}) {
    const std::string database = "ranks-" + std::to_string(ranks) + ".db";
    const Finished finished = scnn_sim_under_mpi(ranks, command(database));
    EXPECT_EQ(finished.status, 0) << finished.err;
    EXPECT_EQ(finished.out, "Results: " + database + "\n");
    EXPECT_EQ(tables(database), whole()) << ranks;
  }
  // A mistake is told once, by one rank.
  sim::test::write_file("sweep.yaml", "base: {}\n");
  const Finished finished = scnn_sim_under_mpi(3, command("none.db"));
  EXPECT_EQ(finished.status, 2);
  const std::string line = "sweep.yaml:1:1: needs axes or zipped, got neither";
  EXPECT_EQ(finished.err.find(line), finished.err.rfind(line));
  EXPECT_THAT(finished.err, HasSubstr(line));
}

TEST_F(Sweep, GoesOnAfterItWasKilled) {
  for (const char* jobs : {"1", "2"}) {
    for (const int signal : {SIGKILL, SIGINT, SIGTERM}) {
      SCOPED_TRACE(std::string("signal ") + std::to_string(signal) + ", --jobs " + jobs);
      const Finished killed = scnn_sim_until("point 6 is invalid", signal, command("out/killed.db", {"--jobs", jobs}));
      EXPECT_EQ(killed.status, 128 + signal);
      EXPECT_EQ(killed.out, "");
      if (signal != SIGKILL) {
        EXPECT_THAT(killed.err, HasSubstr("the same command goes on from"));
      }
      const std::size_t before = points_in("out/killed.db");
      EXPECT_GE(before, 9U);  // those that are refused come first
      EXPECT_LT(before, 24U);

      const Finished finished = scnn_sim(command("out/killed.db", {"--jobs", jobs}));
      EXPECT_EQ(finished.status, 0) << finished.err;
      EXPECT_THAT(finished.err, AllOf(HasSubstr("taken up: " + std::to_string(before) + " of 24 points were done\n"),
                                      Not(HasSubstr("point 6 is invalid")), HasSubstr("24 of 24 points")));
      EXPECT_EQ(tables("out/killed.db"), whole());
      fs::remove_all("out");
    }
  }
}

TEST_F(Sweep, GoesOnWithoutAWorkerThatWasKilled) {
  const Options two = command("lost.db", {"--jobs", "2"});
  const Finished finished = scnn_sim_with_workers_killed("ended by signal 9", two);
  EXPECT_EQ(finished.status, 1);
  EXPECT_THAT(finished.err,
              AllOf(HasSubstr("its worker process was ended by signal 9 (out of memory?); it stays to be done"),
                    HasSubstr("some points could not be simulated; the same command tries them again")));
  EXPECT_GE(points_in("lost.db"), 9U);
  EXPECT_LT(points_in("lost.db"), 24U);
  EXPECT_EQ(scnn_sim(two).status, 0);
  EXPECT_EQ(tables("lost.db"), whole());
}

TEST_F(Sweep, GoesOnWithoutARankThatWasKilled) {
#ifndef SCNN_MPI
  GTEST_SKIP() << "built without MPI";
#endif
  const Finished finished = scnn_sim_with_rank_killed(1, "point 6 is invalid", 3, command("lost.db"));
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_EQ(finished.out, "Results: lost.db\n");
  EXPECT_THAT(finished.err, AllOf(ContainsRegex("rank 1 has been silent for 10 s; point [0-9]+ goes to another\n"),
                                  HasSubstr("24 of 24 points")));
  EXPECT_EQ(tables("lost.db"), whole());
}

TEST_F(Sweep, KeepsInvalidPointsWithTheirReasons) {
  const nlohmann::json json = nlohmann::json::parse(whole());
  const nlohmann::json& points = json.at("points");
  ASSERT_EQ(points.size(), 24U);
  for (std::size_t i = 0; i < points.size(); ++i) {
    const nlohmann::json& point = points[i];
    EXPECT_EQ(point.at("point"), i + 1);
    const bool refused = point.at("accelerator.pe.rows") == 0;
    const bool too_large = point.at("accelerator.pe.accumulators.entries") == 1;
    EXPECT_EQ(point.at("status"), refused || too_large ? "invalid" : "done");
    EXPECT_EQ(point.at("cycles").is_null(), refused || too_large);
    if (refused) {
      EXPECT_EQ(point.at("reason"), "accelerator.pe.rows: must be an integer from 1 to 256, got 0");
    }
    if (too_large && !refused) {
      EXPECT_THAT(point.at("reason").get<std::string>(), HasSubstr("layer conv does not fit the machine"));
    }
  }
  EXPECT_EQ(json.at("layers").size(), 12U);
}

TEST_F(Sweep, PrintsItsPointsInADryRun) {
  const Finished finished = scnn_sim(command("none.db", {"--dry-run", "--jobs", "2"}));
  EXPECT_EQ(finished.status, 0) << finished.err;
  EXPECT_THAT(finished.out, AllOf(HasSubstr("\n   24               kernel                    4"),
                                  HasSubstr("invalid: accelerator.pe.rows: must be an integer from 1 to 256, got 0\n"),
                                  HasSubstr("\n24 points, of 24 combinations; 8 of them refused\nabout "),
                                  HasSubstr(" with --jobs 2: points 5, 17, 24, simulated now, took ")));
  EXPECT_FALSE(fs::exists("none.db"));
}

TEST_F(Sweep, WarnsOfASampleOfFewerPointsThanAskedFor) {
  const auto warnings = [](const std::string& rest, const Options& options) {
    sim::test::write_file("sweep.yaml", sweep_file + rest);
    return scnn_sim(command("none.db", options)).err;
  };
  const std::string warning =
      "warning: sample asks for 13 points, but no more than 12 were found that meet all constraints\n";
  const std::string half = "constraints: {half: pruning.granularity == fine}\n";
  EXPECT_EQ(warnings(half + "sample: {points: 13}\n", {"--dry-run"}), warning);
  EXPECT_EQ(warnings(half + "sample: {points: 12}\n", {"--dry-run"}), "");
  EXPECT_THAT(warnings(half + "sample: {points: 13}\n", {"--shard", "1/12"}), StartsWith(warning));
}

// Nothing but a database of the same sweep is ever added to.
TEST_F(Sweep, LeavesOtherFilesAlone) {
  EXPECT_EQ(scnn_sim(command("mine.db", {"--shard", "1/4"})).status, 0);
  sim::test::write_file("notes.db", "notes");
  const std::string notes = "notes.db: is not the database of a sweep\n";
  EXPECT_EQ(scnn_sim(command("notes.db")).err, notes);
  EXPECT_EQ(scnn_sim({"export", "notes.db"}).err, notes);
  EXPECT_EQ(scnn_sim({"merge", "mine.db", "notes.db", "-o", "new.db"}).err, notes);
  EXPECT_EQ(sim::test::read_file("notes.db"), "notes");
  EXPECT_EQ(scnn_sim({"export", "none.db"}).err, "none.db: no such file\n");
  EXPECT_EQ(scnn_sim({"merge", "mine.db", "-o", "mine.db"}).err,
            "mine.db: exists already; name another file with -o\n");

  const std::string before = sim::test::read_file("mine.db");
  sim::test::write_file("sweep.yaml", sweep_file + "sample: {points: 5}\n");
  const Finished other = scnn_sim(command("mine.db"));
  EXPECT_EQ(other.status, 2);
  EXPECT_EQ(other.err,
            "mine.db: holds another sweep than this sweep (other axes, base or inputs), so it is left alone\n");
  EXPECT_EQ(scnn_sim(command("other.db")).status, 0);
  const Finished mixed = scnn_sim({"merge", "mine.db", "other.db", "-o", "new.db"});
  EXPECT_EQ(mixed.status, 2);
  EXPECT_THAT(mixed.err, HasSubstr("other.db: holds another sweep than the others"));
  EXPECT_FALSE(fs::exists("new.db"));
  EXPECT_FALSE(fs::exists("new.db.part"));

  // Nor is one that is being added to.
  sim::test::write_file("sweep.yaml", sweep_file);
  const int descriptor = open("mine.db", O_RDWR);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_len = 1;
  EXPECT_EQ(fcntl(descriptor, F_SETLK, &lock), 0);
  EXPECT_EQ(scnn_sim(command("mine.db")).err, "mine.db: another sweep is adding to it now\n");
  close(descriptor);
  EXPECT_EQ(sim::test::read_file("mine.db"), before);
}

TEST_F(Sweep, GoesOnOnceTheDiskHasRoom) {
  {
    const support::FullDisk full(68'000);
    const Finished finished = scnn_sim(command("full.db"));
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.err, HasSubstr("\nscnn-sim: full.db: disk I/O error\n"));
  }
  EXPECT_GE(points_in("full.db"), 8U);
  EXPECT_LT(points_in("full.db"), 24U);
  EXPECT_EQ(scnn_sim(command("full.db")).status, 0);
  EXPECT_EQ(tables("full.db"), whole());
  {
    const support::FullDisk full(20'000);
    const Finished finished = scnn_sim({"merge", "full.db", "-o", "small.db"});
    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.err, HasSubstr("small.db: cannot be written: "));
  }
  EXPECT_FALSE(fs::exists("small.db.part"));
}

// A file that was cut short is called what it is and left alone.
TEST_F(Sweep, RefusesADamagedDatabase) {
  EXPECT_EQ(scnn_sim(command("cut.db", {"--shard", "1/12"})).status, 0);
  fs::resize_file("cut.db", fs::file_size("cut.db") / 2);
  const std::string before = sim::test::read_file("cut.db");
  for (const Options& arguments : {command("cut.db"),
                                   {"export", "cut.db"},
                                   {"merge", "cut.db", "-o", "new.db"},
                                   {"report", "cut.db", "-o", "cut.html"}}) {
    const Finished finished = scnn_sim(arguments);
    EXPECT_EQ(finished.status, 2) << arguments.front();
    EXPECT_EQ(finished.err, "cut.db: is damaged: database disk image is malformed\n");
  }
  EXPECT_EQ(sim::test::read_file("cut.db"), before);
}

}  // namespace
}  // namespace cli::test
