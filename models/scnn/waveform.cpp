#include "models/scnn/waveform.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace scnn {

namespace {

/// Short names of signals within the file: numbers written with the 94 characters that can be seen.
std::string code_of(std::size_t signal) {
  std::string code;
  do {
    code += static_cast<char>('!' + signal % 94);
    signal /= 94;
  } while (signal != 0);
  return code;
}

/// A dotted path in its parts.
std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('.', begin), path.size());
    parts.push_back(path.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

/// How time is written.
struct TimeScale {
  std::string unit = "1 fs";
  double per_cycle = 0;  ///< units
};

TimeScale time_scale(double clock_ghz) {
  constexpr std::array names{"fs", "ps", "ns", "us"};
  TimeScale scale;
  scale.per_cycle = 1e6 / clock_ghz;
  if (scale.per_cycle != std::floor(scale.per_cycle)) return scale;
  std::size_t zeros = 0;
  for (; zeros < 9 && std::fmod(scale.per_cycle, 10) == 0; ++zeros) scale.per_cycle /= 10;
  constexpr std::array factors{1, 10, 100};
  scale.unit = fmt::format("{} {}", factors[zeros % 3], names[zeros / 3]);
  return scale;
}

}  // namespace

Waveform::Signal Waveform::declare(std::string path, Kind kind, std::int64_t rest) {
  traces_.push_back({std::move(path), kind, rest, {}, {}});
  return Signal{traces_.size() - 1};
}

Waveform::Signal Waveform::flag(std::string path) {
  return declare(std::move(path), Kind::flag, 0);
}
Waveform::Signal Waveform::number(std::string path, std::int64_t rest) {
  return declare(std::move(path), Kind::number, rest);
}
Waveform::Signal Waveform::level(std::string path) {
  return declare(std::move(path), Kind::number, 0);
}
Waveform::Signal Waveform::word(std::string path) {
  return declare(std::move(path), Kind::word, 0);
}

std::int64_t Waveform::number_of(std::string_view word) {
  const auto known = std::find(words_.begin(), words_.end(), word);
  const auto number = std::distance(words_.begin(), known);
  if (known == words_.end()) words_.emplace_back(word);
  return number;
}

void Waveform::set(Signal signal, std::int64_t cycle, std::int64_t value) {
  if (cycle >= window_.to) return;
  Trace& trace = traces_[static_cast<std::size_t>(signal)];
  cycle = std::max(cycle, window_.from);
  while (!trace.changes.empty() && trace.changes.back().cycle >= cycle) trace.changes.pop_back();
  const std::int64_t before = trace.changes.empty() ? trace.rest : trace.changes.back().value;
  if (value != before) trace.changes.push_back({cycle, value});
}

void Waveform::pulse(Signal signal, std::int64_t value) {
  set(signal, now_, value);
  set(signal, now_ + 1, traces_[static_cast<std::size_t>(signal)].rest);
}

void Waveform::add(Signal level, std::int64_t difference) {
  if (now_ >= window_.to) return;
  traces_[static_cast<std::size_t>(level)].differences[std::max(now_, window_.from)] += difference;
}

void Waveform::end() {
  window_.to = std::min(window_.to, now_);
  for (Trace& trace : traces_) {
    std::int64_t level = trace.rest;
    for (const auto& [cycle, difference] : std::exchange(trace.differences, {})) {
      level += difference;
      if (difference != 0) trace.changes.push_back({cycle, level});
    }
  }
}

void Waveform::write_declarations(std::string& text) const {
  std::vector<std::string_view> open;  // scopes around the present position
  const auto close_down_to = [&](std::size_t depth) {
    for (; open.size() > depth; open.pop_back()) text += "$upscope $end\n";
  };
  for (std::size_t signal = 0; signal < traces_.size(); ++signal) {
    std::vector<std::string_view> scopes = parts_of(traces_[signal].path);
    const std::string_view name = scopes.back();
    scopes.pop_back();
    const auto [different, ignored] = std::mismatch(scopes.begin(), scopes.end(), open.begin(), open.end());
    close_down_to(static_cast<std::size_t>(std::distance(scopes.begin(), different)));
    for (auto scope = different; scope != scopes.end(); ++scope) {
      text += fmt::format("$scope module {} $end\n", *scope);
      open.push_back(*scope);
    }
    constexpr std::array types{"wire 1", "integer 64", "string 1"};  // as Kind
    text += fmt::format("$var {} {} {} $end\n", types[static_cast<std::size_t>(traces_[signal].kind)], code_of(signal),
                        name);
  }
  close_down_to(0);
}

void Waveform::write_value(std::string& text, std::size_t signal, std::int64_t value) const {
  const std::string code = code_of(signal);
  const auto out = std::back_inserter(text);
  if (traces_[signal].kind == Kind::flag) {
    fmt::format_to(out, "{}{}\n", value, code);
  } else if (traces_[signal].kind == Kind::word) {
    fmt::format_to(out, "s{} {}\n", words_[static_cast<std::size_t>(value)], code);
  } else if (value == nothing) {
    fmt::format_to(out, "bz {}\n", code);
  } else {
    fmt::format_to(out, "b{:b} {}\n", value, code);
  }
}

std::string Waveform::vcd(std::string_view comment, double clock_ghz) const {
  const TimeScale scale = time_scale(clock_ghz);
  const auto time = [&](std::int64_t cycle) { return std::llround(static_cast<double>(cycle) * scale.per_cycle); };
  std::string text = fmt::format("$comment\n{}\n$end\n$timescale {} $end\n", comment, scale.unit);
  write_declarations(text);

  text += "$enddefinitions $end\n";

  std::vector<std::size_t> next(traces_.size(), 0);  // change of each signal
  for (std::int64_t cycle = window_.from; cycle < window_.to; ++cycle) {
    const bool first = cycle == window_.from;
    bool stamped = false;
    const auto stamp = [&] {
      if (!stamped) text += fmt::format("#{}\n", time(cycle));
      stamped = true;
    };
    if (first) {
      stamp();
      text += "$dumpvars\n";
    }
    for (std::size_t signal = 0; signal < traces_.size(); ++signal) {
      const Trace& trace = traces_[signal];
      std::size_t& position = next[signal];
      if (position < trace.changes.size() && trace.changes[position].cycle == cycle) {
        stamp();
        write_value(text, signal, trace.changes[position++].value);
      } else if (first) {
        write_value(text, signal, trace.rest);
      }
    }
    if (first) text += "$end\n";
  }
  text += fmt::format("#{}\n", time(window_.to));
  return text;
}

}  // namespace scnn
