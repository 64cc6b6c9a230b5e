#include "tests/support/vcd.hpp"

#include <set>
#include <sstream>
#include <stdexcept>

namespace support {

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("not a well-formed dump: " + what);
}

/// The words up to `$end`.
std::vector<std::string> section(std::istream& in) {
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    if (word == "$end") return words;
    words.push_back(word);
  }
  throw std::runtime_error("not a well-formed dump: a section without end");
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

/// The value of a change that begins with this word, without the mark of its type.
std::string value_of(std::string& word, std::istream& in) {
  if (word.front() == '0' || word.front() == '1') {
    const std::string value = word.substr(0, 1);
    word.erase(0, 1);
    return value;
  }
  require(word.front() == 'b' || word.front() == 's', "change " + word);
  const std::string value = word.substr(1);
  require(static_cast<bool>(in >> word), "a value without a signal");
  return value;
}

}  // namespace

Vcd read_vcd(const std::string& text) {
  Vcd vcd;
  std::istringstream in(text);
  std::map<std::string, VcdSignal*> by_code;
  std::vector<std::string> scopes;
  bool declaring = true;
  for (std::string word; declaring && in >> word;) {
    const std::vector<std::string> words = section(in);
    if (word == "$comment") vcd.comment = joined(words, " ");
    if (word == "$timescale") vcd.timescale = joined(words, " ");
    if (word == "$scope") scopes.push_back(words.at(1));
    if (word == "$upscope") scopes.pop_back();
    if (word == "$var") {
      std::vector<std::string> path = scopes;
      path.push_back(words.at(3));
      const auto [signal, fresh] = vcd.signals.try_emplace(joined(path, "."));
      require(fresh, "two signals of one name: " + signal->first);
      signal->second.type = words[0] + " " + words[1];
      require(by_code.emplace(words[2], &signal->second).second, "two signals of one code");
    }
    if (word == "$enddefinitions") declaring = false;
  }
  require(!declaring && scopes.empty(), "declarations do not end");

  bool timed = false;
  for (std::string word; in >> word;) {
    if (word.front() == '#') {
      const std::int64_t time = std::stoll(word.substr(1));
      require(!timed || time > vcd.end, "time " + word);
      if (!timed) vcd.begin = time;
      vcd.end = time;
      timed = true;
    } else if (word != "$dumpvars" && word != "$end") {
      const std::string value = value_of(word, in);
      require(timed && by_code.contains(word), "change of " + word);
      auto& changes = by_code.at(word)->changes;
      require(changes.empty() ? vcd.end == vcd.begin : changes.rbegin()->second != value, "no change of " + word);
      require(changes.emplace(vcd.end, value).second, "two changes at once of " + word);
    }
  }
  for (const auto& [path, signal] : vcd.signals) require(!signal.changes.empty(), "no value of " + path);
  return vcd;
}

}  // namespace support
