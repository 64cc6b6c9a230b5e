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

constexpr auto stored_nothing = static_cast<std::uint32_t>(Waveform::nothing);

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
  traces_.push_back({std::move(path), code_of(traces_.size()), kind, rest, {}, {}});
  return Signal{traces_.size() - 1};
}

Waveform::Signal Waveform::flag(std::string path) {
  return declare(std::move(path), Kind::flag, 0);
}
Waveform::Signal Waveform::cycle(std::string path) {
  return declare(std::move(path), Kind::cycle, nothing);
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

std::int64_t Waveform::value_of(Kind kind, std::uint32_t stored) const {
  if (stored == stored_nothing) return nothing;
  return kind == Kind::cycle ? cycles_[stored] : std::int64_t{stored};
}

void Waveform::set(Signal signal, std::int64_t cycle, std::int64_t value) {
  if (cycle >= window_.to) return;
  Trace& trace = traces_[static_cast<std::size_t>(signal)];
  const auto in_window = static_cast<std::uint32_t>(std::max<std::int64_t>(0, cycle - window_.from));
  while (!trace.changes.empty() && trace.changes.back().cycle >= in_window) trace.changes.pop_back();
  if (value == (trace.changes.empty() ? trace.rest : value_of(trace.kind, trace.changes.back().value))) return;
  if (trace.kind == Kind::cycle && value != nothing) {
    cycles_.push_back(value);
    value = std::ssize(cycles_) - 1;
  }
  trace.changes.push_back({in_window, static_cast<std::uint32_t>(value)});
}

void Waveform::pulse(Signal signal, std::int64_t value) {
  set(signal, now_, value);
  set(signal, now_ + 1, traces_[static_cast<std::size_t>(signal)].rest);
}

void Waveform::add(Signal level, std::int64_t difference) {
  if (now_ >= window_.to) return;
  traces_[static_cast<std::size_t>(level)].differences[std::max<std::int64_t>(0, now_ - window_.from)] += difference;
}

void Waveform::end() {
  window_.to = std::min(window_.to, now_);
  for (Trace& trace : traces_) {
    std::int64_t level = trace.rest;
    for (const auto& [cycle, difference] : std::exchange(trace.differences, {})) {
      level += difference;
      if (difference == 0) continue;
      trace.changes.push_back({static_cast<std::uint32_t>(cycle), static_cast<std::uint32_t>(level)});
    }
  }
}

std::string Waveform::declarations() const {
  std::string text;
  std::vector<std::string_view> open;  // scopes around the present position
  const auto close_down_to = [&](std::size_t depth) {
    for (; open.size() > depth; open.pop_back()) text += "$upscope $end\n";
  };
  for (std::size_t signal = 0; signal < traces_.size(); ++signal) {
    std::vector<std::string_view> scopes = parts_of(traces_[signal].path);
    const std::string_view name = scopes.back();
    scopes.pop_back();
    const auto different = std::mismatch(scopes.begin(), scopes.end(), open.begin(), open.end()).first;
    close_down_to(static_cast<std::size_t>(std::distance(scopes.begin(), different)));
    for (auto scope = different; scope != scopes.end(); ++scope) {
      text += fmt::format("$scope module {} $end\n", *scope);
      open.push_back(*scope);
    }
    // As Kind; viewers show integers in decimal.
    constexpr std::array types{"wire 1", "integer 64", "integer 64", "string 1"};
    text += fmt::format("$var {} {} {} $end\n", types[static_cast<std::size_t>(traces_[signal].kind)],
                        traces_[signal].code, name);
  }
  close_down_to(0);
  return text;
}

void Waveform::append_value(std::string& text, std::size_t signal, std::int64_t value) const {
  const std::string& code = traces_[signal].code;
  const Kind kind = traces_[signal].kind;
  const auto out = std::back_inserter(text);
  if (kind == Kind::flag) {
    fmt::format_to(out, "{}{}\n", value, code);
  } else if (kind == Kind::word) {
    fmt::format_to(out, "s{} {}\n", words_[static_cast<std::size_t>(value)], code);
  } else if (value == nothing) {
    fmt::format_to(out, "bz {}\n", code);
  } else {
    fmt::format_to(out, "b{:b} {}\n", value, code);
  }
}

void Waveform::write(std::string_view comment, double clock_ghz, const Writer& writer) const {
  const TimeScale scale = time_scale(clock_ghz);
  const auto stamp = [&](std::int64_t cycle) {
    return fmt::format("#{}\n", std::llround(static_cast<double>(cycle) * scale.per_cycle));
  };
  writer(fmt::format("$comment\n{}\n$end\n$timescale {} $end\n{}$enddefinitions $end\n", comment, scale.unit,
                     declarations()));

  std::vector<std::size_t> next(traces_.size(), 0);  // change of each signal
  std::string values;                                // of one cycle
  for (std::int64_t cycle = window_.from; cycle < window_.to; ++cycle) {
    const bool first = cycle == window_.from;
    values.clear();
    for (std::size_t signal = 0; signal < traces_.size(); ++signal) {
      const Trace& trace = traces_[signal];
      std::size_t& position = next[signal];
      if (position < trace.changes.size() && trace.changes[position].cycle == cycle - window_.from) {
        append_value(values, signal, value_of(trace.kind, trace.changes[position++].value));
      } else if (first) {
        append_value(values, signal, trace.rest);
      }
    }
    if (first) {
      writer(stamp(cycle) + "$dumpvars\n" + values + "$end\n");
    } else if (!values.empty()) {
      writer(stamp(cycle) + values);
    }
  }
  writer(stamp(window_.to));
}

}  // namespace scnn
