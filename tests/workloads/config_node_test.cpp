#include "workloads/config_node.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "tests/workloads/message_of.hpp"

namespace workloads {
namespace {

ConfigNode parse(const std::string& text) {
  return ConfigNode::parse(text, "run.yaml");
}

struct BadDocument {
  std::string text;
  std::string message;
};

TEST(ConfigNode, TellsWhereADocumentIsNoValidYaml) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  const std::string too_deep(1000, '[');
  const std::vector<BadDocument> documents = {
      {"a: 1\nb: 2\na: 3\n", "run.yaml:3:1: a: repeated key; it stands in line 1 already"},
      {"a: {x: 1, y: 2, x: 3}\n", "run.yaml:1:17: a.x: repeated key; it stands in line 1 already"},
      {"a: 1\n---\nb: 2\n", "run.yaml:2:1: the YAML document ends before this; only one is allowed"},
      {",", "run.yaml:1:1: the YAML document ends before this; only one is allowed"},
      {"\"a\" b", "run.yaml:1:5: the YAML document ends before this; only one is allowed"},
      {"a:\n\tb: 1\n", "run.yaml:2:3: is not valid YAML: illegal map value; indent with spaces, not with tabs"},
      {"a: [1, 2\n", "run.yaml:2:1: is not valid YAML: end of sequence flow not found"},
      {"a: b: c\n", "run.yaml:1:5: is not valid YAML: illegal map value"},
      {"a: *b\n", "run.yaml:1:4: is not valid YAML: the referenced anchor is not defined"},
      {"a: &b [1, *b]\n", "run.yaml:1:11: a[1]: an alias must not stand inside the value that it repeats"},
      {"a: !!int 3\n", "run.yaml:1:4: a: YAML tags are not supported, got tag:yaml.org,2002:int"},
      {"? [a]\n: 1\n", "run.yaml:1:3: a key must be a word, got a list"},
      {"x: {? {a: 1} : 1}\n", "run.yaml:1:7: x: a key must be a word, got a mapping"},
      {"~: 1\n", "run.yaml:1:1: a key must be a word, got nothing"},
      {too_deep, "run.yaml:1:1: values are nested more than 64 deep"},
      {deep, "run.yaml:1:65: values are nested more than 64 deep"},
  };
  for (const BadDocument& document : documents) {
    EXPECT_EQ(message_of([&] { return parse(document.text); }), document.message) << document.text;
  }
}

TEST(ConfigNode, StopsAliasesThatMultiply) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string below = fmt::format("*a{}", i - 1);
    const std::string name = fmt::format("a{}", i);
    text += name + ": &" + name + " [" + below;
    for (int j = 0; j < 9; ++j) text += ", " + below;
    text += "]\n";
  }
  EXPECT_EQ(message_of([&] { return parse(text); }),
            "run.yaml:5:45: holds more than 100000 values, those repeated by aliases included");
}

TEST(ConfigNode, RepeatsAnAliasUnderItsOwnKey) {
  const ConfigNode node = parse("a: &x {rows: 8}\nb: *x\n");
  EXPECT_EQ(node.at("b").at("rows").key(), "b.rows");
  EXPECT_EQ(node.at("a").at("rows").key(), "a.rows");
  EXPECT_EQ(node.at("b").at("rows").as_integer(1, 10), 8);
}

TEST(ConfigNode, ReadsScalars) {
  const ConfigNode node = parse(
      "{n: -12, plus: +3, big: 9223372036854775807, x: 1.5e-3, dot: .5, whole: 2, yes: true, no: false, s: 'a b', "
      "q: '8', w: kernel}");
  using Limits = std::numeric_limits<std::int64_t>;
  EXPECT_EQ(node.at("n").as_integer(Limits::min(), Limits::max()), -12);
  EXPECT_EQ(node.at("plus").as_integer(0, 5), 3);
  EXPECT_EQ(node.at("big").as_integer(0, Limits::max()), Limits::max());
  EXPECT_EQ(node.at("x").as_number(0, 1), 1.5e-3);
  EXPECT_EQ(node.at("dot").as_number(0, 1), 0.5);
  EXPECT_EQ(node.at("whole").as_number(0, 2), 2.0);
  EXPECT_TRUE(node.at("yes").as_bool());
  EXPECT_FALSE(node.at("no").as_bool());
  EXPECT_EQ(node.at("s").as_string(), "a b");
  EXPECT_EQ(node.at("q").as_string(), "8");
  EXPECT_EQ(node.at("w").as_choice({"fine", "kernel"}), 1U);
}

TEST(ConfigNode, RefusesWhatIsNoInteger) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "must be an integer of at least 1, got 0"},
      {"-3", "must be an integer of at least 1, got -3"},
      {"8.0", "must be an integer of at least 1 in decimal digits, got 8.0"},
      {"1e3", "must be an integer of at least 1 in decimal digits, got 1e3"},
      {"0x10", "must be an integer of at least 1 in decimal digits, got 0x10"},
      {"010", "must be an integer of at least 1 in decimal digits, got 010"},
      {"+-1", "must be an integer of at least 1, got +-1"},
      {"'8'", "must be an integer of at least 1, got the string '8'"},
      {"many", "must be an integer of at least 1, got 'many'"},
      {"true", "must be an integer of at least 1, got 'true'"},
      {"", "must be an integer of at least 1, got nothing"},
      {"[8]", "must be an integer of at least 1, got a list"},
      {"{a: 8}", "must be an integer of at least 1, got a mapping"},
  };
  for (const auto& [given, problem] : cases) {
    const ConfigNode node = parse("pe:\n  rows: " + given + "\n");
    const std::string message =
        message_of([&] { return node.at("pe").at("rows").as_integer(1, std::numeric_limits<std::int64_t>::max()); });
    EXPECT_NE(message.find("pe.rows: " + problem), std::string::npos) << message;
    EXPECT_EQ(message.size() - message.find(problem), problem.size()) << message;
  }
  const ConfigNode node = parse("a: 9\nb: 99999999999999999999\n");
  EXPECT_EQ(message_of([&] { return node.at("a").as_integer(1, 8); }),
            "run.yaml:1:4: a: must be an integer from 1 to 8, got 9");
  EXPECT_EQ(message_of([&] { return node.at("a").as_integer(std::numeric_limits<std::int64_t>::min(), 8); }),
            "run.yaml:1:4: a: must be an integer of at most 8, got 9");
  EXPECT_EQ(message_of([&] { return node.at("b").as_integer(1, 8); }),
            "run.yaml:2:4: b: must be an integer from 1 to 8, got 99999999999999999999");
}

TEST(ConfigNode, RefusesWhatIsNoNumber) {
  const std::vector<std::pair<std::string, std::string>> cases = {{"0.61abc", "0.61abc"},
                                                                  {".nan", ".nan"},
                                                                  {"nan", "'nan'"},
                                                                  {"inf", "'inf'"},
                                                                  {"-.inf", "-.inf"},
                                                                  {"1e999", "1e999"},
                                                                  {"0x1p-1", "0x1p-1"},
                                                                  {"1.5", "1.5"},
                                                                  {"-0.1", "-0.1"},
                                                                  {"1,0", "1,0"},
                                                                  {"'0.5'", "the string '0.5'"},
                                                                  {"", "nothing"}};
  for (const auto& [given, shown] : cases) {
    const ConfigNode node = parse("density: " + given);
    const std::string column = given.empty() ? "1" : "10";
    EXPECT_EQ(message_of([&] { return node.at("density").as_number(0, 1); }),
              "run.yaml:1:" + column + ": density: must be a number from 0 to 1, got " + shown);
  }
}

TEST(ConfigNode, RefusesOtherTypesAndWords) {
  const ConfigNode node = parse("a: yes\nb: [1]\nc: vectr\nd: {x: 1}\ne: zebra\n");
  EXPECT_EQ(message_of([&] { return node.at("a").as_bool(); }), "run.yaml:1:4: a: must be true or false, got 'yes'");
  EXPECT_EQ(message_of([&] { return node.at("b").as_string(); }), "run.yaml:2:4: b: must be a string, got a list");
  EXPECT_EQ(message_of([&] { return node.at("b").at("x"); }), "run.yaml:2:4: b: must be a mapping, got a list");
  EXPECT_EQ(message_of([&] { return node.at("d").items(); }), "run.yaml:4:4: d: must be a list, got a mapping");
  EXPECT_EQ(message_of([&] {
              return node.at("c").as_choice({"fine", "vector"});
            }),
            "run.yaml:3:4: c: must be one of fine, vector; got 'vectr'; did you mean 'vector'?");
  EXPECT_EQ(message_of([&] {
              return node.at("e").as_choice({"fine", "vector"});
            }),
            "run.yaml:5:4: e: must be one of fine, vector; got 'zebra'");
  EXPECT_EQ(message_of([&] { return node.at("d").at("y"); }), "run.yaml:4:4: d.y: is required, but missing");
}

TEST(ConfigNode, ShowsStringsOnOneShortLine) {
  const ConfigNode node = parse("a: \"x\\ny\\e\"\nb: " + std::string(200, 'z') + "\n");
  EXPECT_EQ(message_of([&] { return node.at("a").as_bool(); }),
            "run.yaml:1:4: a: must be true or false, got the string 'x\\ny\\x1b'");
  EXPECT_EQ(message_of([&] { return node.at("b").as_bool(); }),
            "run.yaml:2:4: b: must be true or false, got '" + std::string(60, 'z') + "...'");
}

TEST(ConfigNode, NamesTheNearestKnownKey) {
  const ConfigNode node = parse("accelerator:\n  pe:\n    row: 8\n    colour: red\n");
  const ConfigNode pe = node.at("accelerator").at("pe");
  EXPECT_EQ(message_of([&] {
              pe.allow_keys({"rows", "columns"});
            }),
            "run.yaml:3:5: accelerator.pe.row: unknown key; did you mean 'rows'? (known: rows, columns)");
  EXPECT_EQ(message_of([&] {
              pe.allow_keys({"row", "width"});
            }),
            "run.yaml:4:5: accelerator.pe.colour: unknown key (known: row, width)");
  EXPECT_EQ(message_of([&] { return pe.allow_keys({"row", "colour"}); }), "no error");
}

TEST(Nearest, KnowsSlipsFromOtherWords) {
  const std::vector<std::string> known = {"rows", "columns", "kernel", "k"};
  EXPECT_EQ(nearest("row", known), "rows");
  EXPECT_EQ(nearest("kernle", known), "kernel");
  EXPECT_EQ(nearest("colunms", known), "columns");
  EXPECT_EQ(nearest("stride", known), "");
  EXPECT_EQ(nearest("x", known), "");
}

TEST(ConfigNode, SetsValuesByDottedKey) {
  ConfigNode node = parse("a: {b: 1, c: 2}\nd: 0.5\n");
  node.set("a.b=[3, 4]");
  node.set("x.y.z=true");
  node.set("density.\"fire2.conv1x1_1\"=0.3");
  node.set("d=");
  node.set("text=a=b");
  EXPECT_EQ(node.at("a").at("b").items().at(1).as_integer(0, 9), 4);
  EXPECT_EQ(node.at("a").at("b").items().at(1).key(), "a.b[1]");
  EXPECT_EQ(node.at("a").at("c").as_integer(0, 9), 2);
  EXPECT_TRUE(node.at("x").at("y").at("z").as_bool());
  EXPECT_EQ(node.at("density").at("fire2.conv1x1_1").as_number(0, 1), 0.3);
  EXPECT_EQ(node.at("density").at("fire2.conv1x1_1").key(), "density.\"fire2.conv1x1_1\"");
  EXPECT_EQ(node.at("d").kind(), ConfigNode::Kind::null);
  EXPECT_EQ(node.at("text").as_string(), "a=b");
  node.set("d.e=1");
  EXPECT_EQ(node.at("d").at("e").as_integer(0, 9), 1);
}

TEST(ConfigNode, NamesTheSettingInErrors) {
  ConfigNode node = parse("accelerator: scnn.yaml\nimages: [0, 1]\npe: {rows: 8}\n");
  node.set("pe.rows=0");
  EXPECT_EQ(message_of([&] { return node.at("pe").at("rows").as_integer(1, 8); }),
            "--set pe.rows=0: pe.rows: must be an integer from 1 to 8, got 0");
  node.set("pe.rwos=4");
  EXPECT_EQ(message_of([&] { return node.at("pe").allow_keys({"rows"}); }),
            "--set pe.rwos=4: pe.rwos: unknown key; did you mean 'rows'? (known: rows)");
  EXPECT_EQ(message_of([&] { return node.set("accelerator.pe.rows=4"); }),
            "--set accelerator.pe.rows=4: accelerator: is a single value, so nothing below it can be set; set it as a "
            "whole");
  EXPECT_EQ(message_of([&] { return node.set("images.0=4"); }),
            "--set images.0=4: images: is a list, so nothing below it can be set; set it as a whole");
  const std::string expected = "; expected KEY=VALUE with dots between the parts of KEY";
  EXPECT_EQ(message_of([&] { return node.set("pe.rows"); }), "--set pe.rows: there is no equals sign" + expected);
  EXPECT_EQ(message_of([&] { return node.set("=1"); }), "--set =1: a part of the key is empty" + expected);
  EXPECT_EQ(message_of([&] { return node.set("pe..rows=1"); }),
            "--set pe..rows=1: a part of the key is empty" + expected);
  EXPECT_EQ(message_of([&] { return node.set("pe.\"rows=1"); }),
            "--set pe.\"rows=1: the quote in the key is not closed" + expected);
  EXPECT_EQ(message_of([&] { return node.set("\"pe\"x=1"); }),
            "--set \"pe\"x=1: a dot or an equals sign must follow the quote" + expected);
  EXPECT_EQ(message_of([&] { return node.set("pe.rows=[1"); }),
            "--set pe.rows=[1: is not valid YAML: end of sequence flow not found");
  EXPECT_EQ(message_of([&] { return node.set("pe={a: 1, a: 2}"); }), "--set pe={a: 1, a: 2}: pe.a: repeated key");
}

TEST(ConfigNode, ReplacesAReferenceByWhatItNames) {
  ConfigNode node = parse("accelerator: scnn.yaml\n");
  const ConfigNode accelerator = ConfigNode::parse("pe: {rows: 4, \"odd.name\": [1]}\n", "scnn.yaml");
  node.replace("accelerator", accelerator);
  node.replace("energy", ConfigNode::parse("7", "energy.yaml"));
  const ConfigNode rows = node.at("accelerator").at("pe").at("rows");
  EXPECT_EQ(message_of([&] { return rows.as_integer(5, 9); }),
            "scnn.yaml:1:12: accelerator.pe.rows: must be an integer from 5 to 9, got 4");
  EXPECT_EQ(node.at("accelerator").at("pe").at("odd.name").items()[0].key(), "accelerator.pe.\"odd.name\"[0]");
  EXPECT_EQ(node.at("energy").as_integer(0, 9), 7);
  node.set("accelerator.pe.rows=6");
  EXPECT_EQ(node.at("accelerator").at("pe").at("rows").as_integer(5, 9), 6);
}

class ConfigFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = std::filesystem::path(::testing::TempDir()) / "scnn_config_node_test";
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_ / "sub");
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(directory_ / name) << text;
    return directory_ / name;
  }

  std::filesystem::path directory_;
};

TEST_F(ConfigFiles, ResolvePathsFromTheirOwnDirectory) {
  const auto weights = write("weights.h5", "");
  const auto file =
      write("run.yaml", "weights: weights.h5\nnone: absent.h5\nfolder: sub\nempty: ''\ndevice: /dev/zero\n");
  ConfigNode node = ConfigNode::load(file);
  const std::string name = file.string();
  EXPECT_EQ(node.base_directory(), directory_);
  EXPECT_EQ(node.at("weights").as_file(), weights);
  EXPECT_EQ(message_of([&] { return node.at("none").as_file(); }),
            name + ":2:7: none: no such file: " + (directory_ / "absent.h5").string());
  EXPECT_EQ(message_of([&] { return node.at("folder").as_file(); }),
            name + ":3:9: folder: is a directory, a file is expected: " + (directory_ / "sub").string());
  EXPECT_EQ(message_of([&] { return node.at("empty").as_file(); }),
            name + ":4:8: empty: must be the path of a file, got the string ''");
  EXPECT_EQ(message_of([&] { return node.at("device").as_file(); }),
            name + ":5:9: device: is a device, a file is expected: /dev/zero");
  node.set("weights=" + weights.string());
  EXPECT_EQ(node.at("weights").as_file(), weights);
  node.set("weights=weights.h5");  // from here on relative to the working directory
  EXPECT_EQ(node.at("weights").base_directory(), "");
  EXPECT_EQ(message_of([&] { return node.at("weights").as_file(); }),
            "--set weights=weights.h5: weights: no such file: weights.h5");
}

TEST_F(ConfigFiles, ThatCannotBeReadAreNamed) {
  const std::string absent = (directory_ / "absent.yaml").string();
  EXPECT_EQ(message_of([&] { return ConfigNode::load(absent); }), absent + ": no such file");
  EXPECT_EQ(message_of([&] { return ConfigNode::load(directory_); }),
            directory_.string() + ": is a directory; a YAML file is expected");
  EXPECT_EQ(message_of([&] { return ConfigNode::load("/dev/zero"); }),
            "/dev/zero: is a device; a YAML file is expected");
  const auto empty = write("empty.yaml", "# nothing\n");
  EXPECT_EQ(message_of([&] { return ConfigNode::load(empty).has("a"); }),
            empty.string() + ": must be a mapping, got nothing");
}

}  // namespace
}  // namespace workloads
